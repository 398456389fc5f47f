import alluxio.AlluxioURI;
import alluxio.client.block.BlockMasterClient;
import alluxio.client.file.FileInStream;
import alluxio.client.file.FileOutStream;
import alluxio.client.file.FileSystem;
import alluxio.client.file.FileSystemContext;
import alluxio.client.file.ListStatusPartialResult;
import alluxio.client.file.URIStatus;
import alluxio.conf.Configuration;
import alluxio.conf.InstancedConfiguration;
import alluxio.conf.PropertyKey;
import alluxio.grpc.CheckAccessPOptions;
import alluxio.grpc.CreateDirectoryPOptions;
import alluxio.grpc.CreateFilePOptions;
import alluxio.grpc.DeletePOptions;
import alluxio.grpc.ExistsPOptions;
import alluxio.grpc.FreePOptions;
import alluxio.grpc.GetStatusPOptions;
import alluxio.grpc.ListStatusPOptions;
import alluxio.grpc.ListStatusPartialPOptions;
import alluxio.grpc.MountPOptions;
import alluxio.grpc.OpenFilePOptions;
import alluxio.grpc.PMode;
import alluxio.grpc.RenamePOptions;
import alluxio.grpc.ScheduleAsyncPersistencePOptions;
import alluxio.grpc.SetAttributePOptions;
import alluxio.resource.CloseableResource;
import alluxio.security.authorization.Mode;
import alluxio.shaded.client.com.google.protobuf.ByteString;
import alluxio.shaded.client.com.google.protobuf.Descriptors.FieldDescriptor;
import alluxio.shaded.client.com.google.protobuf.Message;
import alluxio.wire.MountPointInfo;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Runs calls of the Java client's FileSystem, one a line, in one JVM. A line holds tab-separated
 * words: user, client properties ("a=b;c=d" or ""), call, path, and "option=value" words that set
 * fields of the call's options message by name ("commonOptions.ttl=5", "xattr.k=v", "mode=0700").
 * The answer is "exit code, base64 of the output, base64 of the error".
 */
public final class FileSystemBatch {
  private static final Map<String, FileSystem> CLIENTS = new HashMap<>();

  private static FileSystem client(String user, String properties) {
    return CLIENTS.computeIfAbsent(user + "\t" + properties, k -> {
      InstancedConfiguration conf = Configuration.copyGlobal();
      if (!user.isEmpty()) {
        conf.set(PropertyKey.SECURITY_LOGIN_USERNAME, user);
      }
      for (String pair : properties.split(";")) {
        if (!pair.isEmpty()) {
          int eq = pair.indexOf('=');
          PropertyKey key = PropertyKey.fromString(pair.substring(0, eq));
          conf.set(key, key.parseValue(pair.substring(eq + 1)));
        }
      }
      return FileSystem.Factory.create(conf);
    });
  }

  /** Sets the field a dotted name leads to. */
  private static void set(Message.Builder builder, String name, String value) {
    int dot = name.indexOf('.');
    String first = dot < 0 ? name : name.substring(0, dot);
    FieldDescriptor field = builder.getDescriptorForType().findFieldByName(first);
    if (field == null) {
      throw new IllegalArgumentException("no field " + first + " in "
          + builder.getDescriptorForType().getName());
    }
    if (field.isMapField()) {
      Message.Builder entry = builder.newBuilderForField(field);
      set(entry, "key", name.substring(dot + 1));
      set(entry, "value", value);
      builder.addRepeatedField(field, entry.build());
      return;
    }
    Object parsed;
    switch (field.getJavaType()) {
      case MESSAGE:
        if (field.getMessageType().getName().equals("PMode")) {
          PMode mode = new Mode(Short.parseShort(value, 8)).toProto();
          builder.setField(field, mode);
          return;
        }
        Message.Builder nested = builder.newBuilderForField(field);
        nested.mergeFrom((Message) builder.getField(field));
        set(nested, name.substring(dot + 1), value);
        parsed = nested.buildPartial();
        break;
      case INT: parsed = Integer.parseInt(value); break;
      case LONG: parsed = Long.parseLong(value); break;
      case BOOLEAN: parsed = Boolean.parseBoolean(value); break;
      case ENUM: parsed = field.getEnumType().findValueByName(value); break;
      case BYTE_STRING: parsed = ByteString.copyFromUtf8(value); break;
      default: parsed = value;
    }
    if (field.isRepeated()) {
      builder.addRepeatedField(field, parsed);
    } else {
      builder.setField(field, parsed);
    }
  }

  private static <B extends Message.Builder> B options(B builder, String[] words, int from) {
    for (int i = from; i < words.length; i++) {
      int eq = words[i].indexOf('=');
      set(builder, words[i].substring(0, eq), words[i].substring(eq + 1));
    }
    return builder;
  }

  private static String digest(InputStream in) throws Exception {
    MessageDigest md5 = MessageDigest.getInstance("MD5");
    byte[] buffer = new byte[1 << 20];
    long total = 0;
    for (int n; (n = in.read(buffer)) >= 0;) {
      md5.update(buffer, 0, n);
      total += n;
    }
    return total + " " + String.format("%032x", new BigInteger(1, md5.digest()));
  }

  private static String describe(URIStatus s) {
    StringBuilder out = new StringBuilder();
    out.append("path=").append(s.getPath()).append("\nowner=").append(s.getOwner());
    out.append("\ngroup=").append(s.getGroup());
    out.append("\nmode=").append(String.format("%04o", s.getMode()));
    out.append("\nlength=").append(s.getLength()).append("\nfolder=").append(s.isFolder());
    out.append("\nid=").append(s.getFileId()).append("\nttl=").append(s.getTtl());
    out.append("\nttlAction=").append(s.getTtlAction()).append("\npinned=").append(s.isPinned());
    out.append("\ncompleted=").append(s.isCompleted());
    out.append("\npersistence=").append(s.getPersistenceState());
    out.append("\nufsPath=").append(s.getUfsPath());
    out.append("\nmountPoint=").append(s.isMountPoint());
    out.append("\ninAlluxio=").append(s.getInAlluxioPercentage());
    out.append("\nreplicationMin=").append(s.getReplicationMin());
    out.append("\nreplicationMax=").append(s.getReplicationMax());
    out.append("\nmtime=").append(s.getLastModificationTimeMs());
    out.append("\nblocks=").append(s.getBlockIds());
    if (s.getXAttr() != null) {
      for (Map.Entry<String, byte[]> e : new TreeMap<>(s.getXAttr()).entrySet()) {
        out.append("\nxattr.").append(e.getKey()).append("=");
        out.append(new String(e.getValue(), StandardCharsets.UTF_8));
      }
    }
    return out.append("\n").toString();
  }

  private static String run(String[] w) throws Exception {
    FileSystem fs = client(w[0], w[1]);
    AlluxioURI path = new AlluxioURI(w[3]);
    StringBuilder out = new StringBuilder();
    switch (w[2]) {
      case "create": {  // path, local file, options
        byte[] bytes = Files.readAllBytes(Paths.get(w[4]));
        try (FileOutStream to =
            fs.createFile(path, options(CreateFilePOptions.newBuilder(), w, 5).build())) {
          to.write(bytes);
        }
        break;
      }
      case "open-create":  // creates and leaves the file incomplete
        fs.createFile(path, options(CreateFilePOptions.newBuilder(), w, 4).build());
        break;
      case "read":
        try (FileInStream in =
            fs.openFile(path, options(OpenFilePOptions.newBuilder(), w, 4).build())) {
          out.append(digest(in));
        }
        break;
      case "pread": {  // path, offset, length, options; prints base64
        byte[] buffer = new byte[Integer.parseInt(w[5])];
        try (FileInStream in =
            fs.openFile(path, options(OpenFilePOptions.newBuilder(), w, 6).build())) {
          int n = in.positionedRead(Long.parseLong(w[4]), buffer, 0, buffer.length);
          out.append(n).append(" ").append(
              Base64.getEncoder().encodeToString(java.util.Arrays.copyOf(buffer, Math.max(n, 0))));
        }
        break;
      }
      case "stat":
        out.append(describe(
            fs.getStatus(path, options(GetStatusPOptions.newBuilder(), w, 4).build())));
        break;
      case "ls":
        for (URIStatus s : fs.listStatus(path,
            options(ListStatusPOptions.newBuilder(), w, 4).build())) {
          out.append(s.getPath()).append("\n");
        }
        break;
      case "iterate": {
        long[] seen = new long[1];
        fs.iterateStatus(path, options(ListStatusPOptions.newBuilder(), w, 4).build(),
            s -> seen[0]++);
        out.append(seen[0]);
        break;
      }
      case "partial": {
        ListStatusPartialResult result = fs.listStatusPartial(path,
            options(ListStatusPartialPOptions.newBuilder(), w, 4).build());
        out.append(result.isTruncated()).append(" ").append(result.getFileCount()).append("\n");
        for (URIStatus s : result.getListings()) {
          out.append(s.getFileId()).append(" ").append(s.getPath()).append("\n");
        }
        break;
      }
      case "mkdir":
        fs.createDirectory(path, options(CreateDirectoryPOptions.newBuilder(), w, 4).build());
        break;
      case "rm":
        fs.delete(path, options(DeletePOptions.newBuilder(), w, 4).build());
        break;
      case "mv":
        fs.rename(path, new AlluxioURI(w[4]), options(RenamePOptions.newBuilder(), w, 5).build());
        break;
      case "set":
        fs.setAttribute(path, options(SetAttributePOptions.newBuilder(), w, 4).build());
        break;
      case "free":
        fs.free(path, options(FreePOptions.newBuilder(), w, 4).build());
        break;
      case "exists":
        out.append(fs.exists(path, options(ExistsPOptions.newBuilder(), w, 4).build()));
        break;
      case "access":
        fs.checkAccess(path, options(CheckAccessPOptions.newBuilder(), w, 4).build());
        break;
      case "persist":
        fs.persist(path, options(ScheduleAsyncPersistencePOptions.newBuilder(), w, 4).build());
        break;
      case "mount":
        fs.mount(path, new AlluxioURI(w[4]), options(MountPOptions.newBuilder(), w, 5).build());
        break;
      case "update-mount":
        fs.updateMount(path, options(MountPOptions.newBuilder(), w, 4).build());
        break;
      case "unmount":
        fs.unmount(path);
        break;
      case "mounts":
        for (Map.Entry<String, MountPointInfo> e : new TreeMap<>(fs.getMountTable()).entrySet()) {
          MountPointInfo info = e.getValue();
          out.append(e.getKey()).append(" ").append(info.getUfsUri()).append(" ");
          out.append(info.getReadOnly()).append(" ").append(info.getShared()).append(" ");
          out.append(new TreeMap<>(info.getProperties())).append("\n");
        }
        break;
      case "reverse":
        out.append(fs.reverseResolve(path));
        break;
      case "space": {  // capacity of all workers, which a master that just started has not seen
        FileSystemContext context = FileSystemContext.create(fs.getConf());
        try (CloseableResource<BlockMasterClient> master =
            context.acquireBlockMasterClientResource()) {
          out.append(master.get().getCapacityBytes());
        } finally {
          context.close();
        }
        break;
      }
      case "conf":  // a property name in place of the path, as the merged client sees it
        fs.exists(new AlluxioURI("/"));
        out.append(fs.getConf().get(PropertyKey.fromString(w[3])));
        break;
      default:
        throw new IllegalArgumentException("unknown call " + w[2]);
    }
    return out.toString();
  }

  public static void main(String[] args) throws Exception {
    PrintStream answers = System.out;
    System.setOut(new PrintStream(OutputStream.nullOutputStream()));
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    Base64.Encoder base64 = Base64.getEncoder();
    for (String line; (line = lines.readLine()) != null;) {
      int code = 0;
      String out = "";
      String err = "";
      try {
        out = run(line.split("\t", -1));
      } catch (Throwable t) {
        code = 1;
        err = t.getClass().getSimpleName() + ": " + t.getMessage();
      }
      answers.println(code + "\t" + base64.encodeToString(out.getBytes(StandardCharsets.UTF_8))
          + "\t" + base64.encodeToString(err.getBytes(StandardCharsets.UTF_8)));
      answers.flush();
    }
    System.exit(0);
  }
}
