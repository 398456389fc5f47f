import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Writes through the stock client while somebody kills servers, and remembers every answer.
 *
 * Each thread owns a folder and a model of it. An edit that was acknowledged is in the model; one
 * that failed is in doubt until the folder is read again. Commands on stdin: "check" stops the
 * threads between two edits, compares folders, lengths and contents with the models and prints
 * "CHECKED files=n doubts=n" or "LOST ...", "stop" ends. Arguments: uri seed threads.
 */
public final class Hammer {
  private static volatile boolean sPaused;
  private static volatile boolean sStopped;
  private static final List<String> FAULTS = new ArrayList<>();

  private static final class Owner extends Thread {
    final FileSystem mFs;
    final Random mRandom;
    final Path mFolder;
    final Map<String, byte[]> mModel = new TreeMap<>();
    final TreeSet<String> mDoubt = new TreeSet<>();
    long mEdits;
    long mFailures;
    int mNext;
    volatile boolean mIdle;

    Owner(FileSystem fs, long seed, int index) {
      mFs = fs;
      mRandom = new Random(seed * 1000 + index);
      mFolder = new Path("/hammer/t" + index);
      setDaemon(true);
    }

    @Override
    public void run() {
      while (!sStopped) {
        if (sPaused) {
          mIdle = true;
          try {
            Thread.sleep(5);
          } catch (InterruptedException e) {
            return;
          }
          continue;
        }
        mIdle = false;
        edit();
      }
      mIdle = true;
    }

    private String any() {
      int skip = mRandom.nextInt(mModel.size());
      for (String name : mModel.keySet()) {
        if (skip-- == 0) {
          return name;
        }
      }
      throw new AssertionError();
    }

    private void edit() {
      int dice = mModel.size() < 5 ? 0 : mRandom.nextInt(10);
      String name = null;
      String target = null;
      try {
        if (dice < 6) {
          name = "f" + mNext++;
          byte[] data = new byte[mRandom.nextInt(20) == 0 ? 300000 : mRandom.nextInt(3000)];
          mRandom.nextBytes(data);
          try (FSDataOutputStream out = mFs.create(new Path(mFolder, name), false)) {
            out.write(data);
          }
          mModel.put(name, data);
        } else if (dice < 8) {
          name = any();
          target = "r" + mNext++;
          if (!mFs.rename(new Path(mFolder, name), new Path(mFolder, target))) {
            throw new IOException("rename returned false");
          }
          mModel.put(target, mModel.remove(name));
        } else {
          name = any();
          if (!mFs.delete(new Path(mFolder, name), false)) {
            throw new IOException("delete returned false");
          }
          mModel.remove(name);
        }
        mEdits++;
      } catch (Throwable t) {
        mFailures++;
        mDoubt.add(name);
        if (target != null) {
          mDoubt.add(target);
        }
        mModel.remove(name);
      }
    }

    void check() throws IOException {
      TreeMap<String, FileStatus> found = new TreeMap<>();
      for (FileStatus status : mFs.listStatus(mFolder)) {
        found.put(status.getPath().getName(), status);
      }
      for (Map.Entry<String, byte[]> entry : mModel.entrySet()) {
        FileStatus status = found.get(entry.getKey());
        String path = mFolder + "/" + entry.getKey();
        if (status == null) {
          FAULTS.add("missing " + path);
        } else if (status.getLen() != entry.getValue().length) {
          FAULTS.add("length " + path + " is " + status.getLen() + " not "
              + entry.getValue().length);
        } else {
          byte[] data = new byte[entry.getValue().length];
          try (FSDataInputStream in = mFs.open(status.getPath())) {
            in.readFully(0, data);
          } catch (IOException e) {
            FAULTS.add("unreadable " + path + ": " + e);
            continue;
          }
          if (!java.util.Arrays.equals(data, entry.getValue())) {
            FAULTS.add("content of " + path);
          }
        }
      }
      for (String name : found.keySet()) {
        if (!mModel.containsKey(name) && !mDoubt.contains(name)) {
          FAULTS.add("came back " + mFolder + "/" + name);
        }
      }
    }
  }

  private static void check(List<Owner> owners) throws Exception {
    sPaused = true;
    for (Owner owner : owners) {
      while (!owner.mIdle) {
        Thread.sleep(5);
      }
    }
    long files = 0;
    long doubts = 0;
    long edits = 0;
    for (Owner owner : owners) {
      owner.check();
      files += owner.mModel.size();
      doubts += owner.mFailures;
      edits += owner.mEdits;
    }
    if (FAULTS.isEmpty()) {
      System.out.println("CHECKED files=" + files + " edits=" + edits + " doubts=" + doubts);
    } else {
      System.out.println("LOST " + FAULTS.size() + ": "
          + FAULTS.subList(0, Math.min(10, FAULTS.size())));
    }
    System.out.flush();
    sPaused = false;
  }

  public static void main(String[] args) throws Exception {
    Configuration conf = new Configuration();
    conf.set("fs.alluxio.impl", "alluxio.hadoop.FileSystem");
    conf.setBoolean("fs.alluxio.impl.disable.cache", true);
    List<Owner> owners = new ArrayList<>();
    for (int i = 0; i < Integer.parseInt(args[2]); i++) {
      FileSystem fs = FileSystem.get(java.net.URI.create(args[0]), conf);
      fs.mkdirs(new Path("/hammer/t" + i));
      owners.add(new Owner(fs, Long.parseLong(args[1]), i));
    }
    owners.forEach(Thread::start);
    System.out.println("READY");
    System.out.flush();
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line; (line = commands.readLine()) != null && !line.equals("stop");) {
      if (line.equals("check")) {
        check(owners);
      }
    }
    sStopped = true;
    Runtime.getRuntime().halt(0);
  }
}
