import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The walk of tests/interop by grpc-java: EchoClient host port [ca=file] [name=server name].
 */
public final class EchoClient {
  interface Case {
    void run() throws Exception;
  }

  private static final int LIMIT = 100 << 20;
  private static final long PATIENCE_S = 40;

  private final ManagedChannel mChannel;

  private EchoClient(ManagedChannel channel) {
    mChannel = channel;
  }

  /** google.protobuf.BytesValue by hand: field 1, bytes. */
  private static final class BytesValue implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      if (value.length > 0) {
        out.write(0x0a);
        int rest = value.length;
        while (rest > 127) {
          out.write(rest & 127 | 128);
          rest >>>= 7;
        }
        out.write(rest);
        out.write(value, 0, value.length);
      }
      return new ByteArrayInputStream(out.toByteArray());
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        byte[] all = stream.readAllBytes();
        int at = all.length == 0 ? 0 : 1;
        while (at > 0 && (all[at] & 128) != 0) {
          at++;
        }
        return all.length == 0 ? all : Arrays.copyOfRange(all, at + 1, all.length);
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private static MethodDescriptor<byte[], byte[]> method(String name, MethodType type) {
    return MethodDescriptor.<byte[], byte[]>newBuilder().setType(type)
        .setFullMethodName("interop.Echo/" + name).setRequestMarshaller(new BytesValue())
        .setResponseMarshaller(new BytesValue()).build();
  }

  private static CallOptions bounded() {
    return CallOptions.DEFAULT.withDeadlineAfter(PATIENCE_S, TimeUnit.SECONDS);
  }

  private byte[] call(Channel channel, String name, byte[] body, CallOptions options) {
    return ClientCalls.blockingUnaryCall(channel, method(name, MethodType.UNARY), options, body);
  }

  private void echo(byte[] body, CallOptions options) {
    byte[] back = call(mChannel, "Unary", body, options);
    check(Arrays.equals(back, body), body.length + " bytes came back as others");
  }

  private static void check(boolean condition, String otherwise) {
    if (!condition) {
      throw new IllegalStateException(otherwise);
    }
  }

  private static void expect(Status.Code code, Case action) throws Exception {
    try {
      action.run();
    } catch (StatusRuntimeException e) {
      check(e.getStatus().getCode() == code, "want " + code + ", got " + e.getStatus());
      return;
    }
    check(code == Status.Code.OK, "want " + code + ", and it went well");
  }

  private static byte[] pattern(int size) {
    byte[] body = new byte[size];
    for (int i = 0; i < size; i++) {
      body[i] = (byte) (i * 7 + size);
    }
    return body;
  }

  /** A stream that blocks: messages one by one, then the status. */
  private final class Talk extends ClientCall.Listener<byte[]> {
    private final ClientCall<byte[], byte[]> mCall;
    private final LinkedBlockingQueue<Object> mEvents = new LinkedBlockingQueue<>();
    private final Semaphore mReady = new Semaphore(0);

    Talk(String name, CallOptions options) {
      mCall = mChannel.newCall(method(name, MethodType.BIDI_STREAMING), options);
      mCall.start(this, new Metadata());
      mCall.setMessageCompression(options.getCompressor() != null);
      mCall.request(1);
    }

    @Override
    public void onMessage(byte[] message) {
      mEvents.add(message);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      mEvents.add(status);
      mReady.release(1000000);
    }

    @Override
    public void onReady() {
      mReady.release();
    }

    void send(byte[] message) throws InterruptedException {
      while (!mCall.isReady() && mReady.tryAcquire(PATIENCE_S, TimeUnit.SECONDS)) {
        mReady.drainPermits();
      }
      mCall.sendMessage(message);
    }

    void halfClose() {
      mCall.halfClose();
    }

    byte[] receive() throws InterruptedException {
      Object event = mEvents.poll(PATIENCE_S, TimeUnit.SECONDS);
      check(event != null, "nothing came");
      if (event instanceof Status) {
        throw ((Status) event).asRuntimeException();
      }
      mCall.request(1);
      return (byte[]) event;
    }

    void pingPong(byte[] message) throws InterruptedException {
      send(message);
      check(Arrays.equals(receive(), message), "another message came back");
    }

    void expectEnd(Status.Code code) throws Exception {
      Object event = mEvents.poll(PATIENCE_S, TimeUnit.SECONDS);
      check(event instanceof Status && ((Status) event).getCode() == code, "ended with " + event);
    }
  }

  private void sizes() {
    for (int size : new int[] {0, 1, 16383, 16384, 65536, 1 << 20, 8 << 20}) {
      echo(pattern(size), bounded());
    }
  }

  private void tooLarge() throws Exception {
    expect(Status.Code.RESOURCE_EXHAUSTED, () -> echo(new byte[17 << 20], bounded()));
    echo(new byte[] {1}, bounded());
  }

  private void deadline() throws Exception {
    expect(Status.Code.DEADLINE_EXCEEDED, () -> call(mChannel, "Hang", new byte[0],
        CallOptions.DEFAULT.withDeadlineAfter(200, TimeUnit.MILLISECONDS)));
  }

  private void cancels() throws Exception {
    byte[] name = "to be cancelled".getBytes(StandardCharsets.UTF_8);
    List<Talk> hanging = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      hanging.add(new Talk("Hang", bounded()));
      hanging.get(i).send(name);
      hanging.get(i).halfClose();
    }
    waitForHanging(name, "3 0");
    for (Talk hang : hanging) {
      hang.mCall.cancel("the test", null);
      hang.expectEnd(Status.Code.CANCELLED);
    }
    waitForHanging(name, "0 3");
  }

  private void waitForHanging(byte[] name, String wanted) throws Exception {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
    String last = "";
    while (System.nanoTime() < until && !last.equals(wanted)) {
      last = new String(call(mChannel, "Hanging", name, bounded()), StandardCharsets.UTF_8);
      Thread.sleep(10);
    }
    check(last.equals(wanted), "the server has " + last + ", not " + wanted);
  }

  private void metadata() {
    Metadata headers = new Metadata();
    headers.put(Metadata.Key.of("x-text", Metadata.ASCII_STRING_MARSHALLER), "some text");
    Metadata.Key<byte[]> raw = Metadata.Key.of("x-raw-bin", Metadata.BINARY_BYTE_MARSHALLER);
    headers.put(raw, pattern(3000));
    headers.put(raw, new byte[0]);
    call(ClientInterceptors.intercept(mChannel,
        MetadataUtils.newAttachHeadersInterceptor(headers)), "Unary", new byte[] {1}, bounded());
  }

  private void compressed() throws Exception {
    byte[] body = "compress me ".repeat(100000).getBytes(StandardCharsets.UTF_8);
    echo(body, bounded().withCompression("gzip"));
    Talk talk = new Talk("Talk", bounded().withCompression("gzip"));
    for (int size = 1; size < 100000; size *= 9) {
      talk.pingPong(pattern(size));
    }
    talk.halfClose();
    talk.expectEnd(Status.Code.OK);
  }

  private void failures() throws Exception {
    String text = "Path \"/\u00e4 b%20\" does not exist.\nreally \u20ac";
    for (int code = 1; code <= 16; code++) {
      byte[] request = (code + ":" + text).getBytes(StandardCharsets.UTF_8);
      try {
        call(mChannel, "Fail", request, bounded());
        check(false, "it went well");
      } catch (StatusRuntimeException e) {
        check(e.getStatus().getCode().value() == code, "another code: " + e.getStatus());
        check(text.equals(e.getStatus().getDescription()), "another text: " + e.getStatus());
      }
    }
  }

  private void count(int count, int size, long pauseMs) throws Exception {
    Talk stream = new Talk("Count", bounded());
    stream.send((count + ":" + size).getBytes(StandardCharsets.UTF_8));
    stream.halfClose();
    Thread.sleep(pauseMs);
    for (int i = 0; i < count; i++) {
      check(stream.receive().length == size, "message " + i + " has another size");
    }
    stream.expectEnd(Status.Code.OK);
  }

  private void serverStreams() throws Exception {
    count(3000, 1000, 0);
    count(40, 1 << 20, 500);
  }

  private void talk() throws Exception {
    Talk talk = new Talk("Talk", bounded());
    for (int i = 0; i < 100; i++) {
      talk.pingPong(pattern(i * i * 20));
    }
    talk.halfClose();
    talk.expectEnd(Status.Code.OK);
    Talk quits = new Talk("Talk", bounded());
    quits.send("quit".getBytes(StandardCharsets.UTF_8));
    quits.expectEnd(Status.Code.FAILED_PRECONDITION);
  }

  private void sum() throws Exception {
    Talk sum = new Talk("Sum", bounded());
    for (int i = 0; i < 400; i++) {
      sum.send(pattern(100000));
    }
    sum.halfClose();
    check("40000000".equals(new String(sum.receive(), StandardCharsets.UTF_8)), "another sum");
    sum.expectEnd(Status.Code.OK);
  }

  private void parallel() throws Exception {
    List<com.google.common.util.concurrent.ListenableFuture<byte[]>> calls = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      calls.add(ClientCalls.futureUnaryCall(
          mChannel.newCall(method("Unary", MethodType.UNARY), bounded()), pattern(i * 10)));
    }
    for (int i = 0; i < calls.size(); i++) {
      check(Arrays.equals(calls.get(i).get(), pattern(i * 10)), "another message came back");
    }
  }

  private void silence() throws Exception {
    Talk talk = new Talk("Talk", bounded());
    talk.pingPong(new byte[] {1});
    Thread.sleep(12000);
    talk.pingPong(new byte[] {2});
    talk.halfClose();
    talk.expectEnd(Status.Code.OK);
  }

  private void goaway() throws Exception {
    Talk talk = new Talk("Talk", bounded());
    talk.pingPong(new byte[] {1});
    call(mChannel, "Quit", new byte[0], bounded());
    Thread.sleep(500);
    Status.Code refused = Status.Code.OK;
    try {
      echo(new byte[] {2}, bounded());
    } catch (StatusRuntimeException e) {
      refused = e.getStatus().getCode();
    }
    // A server of gRPC C++ cancels what comes while it drains.
    check(refused == Status.Code.UNAVAILABLE || refused == Status.Code.CANCELLED,
        "a new call ended with " + refused);
    talk.pingPong(new byte[] {3});
    talk.halfClose();
    talk.expectEnd(Status.Code.OK);
  }

  public static void main(String[] args) throws Exception {
    Map<String, String> given = new HashMap<>();
    for (String argument : Arrays.asList(args).subList(2, args.length)) {
      given.put(argument.split("=", 2)[0], argument.split("=", 2)[1]);
    }
    NettyChannelBuilder builder = NettyChannelBuilder
        .forAddress(args[0], Integer.parseInt(args[1])).maxInboundMessageSize(LIMIT)
        .keepAliveTime(10, TimeUnit.SECONDS).keepAliveTimeout(5, TimeUnit.SECONDS)
        .keepAliveWithoutCalls(true);
    if (given.containsKey("ca")) {
      builder.sslContext(GrpcSslContexts.forClient().trustManager(new File(given.get("ca")))
          .build()).overrideAuthority(given.get("name"));
    } else {
      builder.usePlaintext();
    }
    EchoClient client = new EchoClient(builder.build());
    Map<String, Case> cases = new LinkedHashMap<>();
    cases.put("sizes", client::sizes);
    cases.put("too large", client::tooLarge);
    cases.put("deadline", client::deadline);
    cases.put("cancel", client::cancels);
    cases.put("metadata", client::metadata);
    cases.put("gzip", client::compressed);
    cases.put("failures", client::failures);
    cases.put("server streams", client::serverStreams);
    cases.put("talk", client::talk);
    cases.put("sum", client::sum);
    cases.put("parallel", client::parallel);
    cases.put("silence", client::silence);
    ExecutorService threads = Executors.newCachedThreadPool();
    Map<String, Future<?>> running = new LinkedHashMap<>();
    cases.forEach((name, action) -> running.put(name, threads.submit(() -> {
      action.run();
      return null;
    })));
    int passed = 0;
    int failed = 0;
    running.put("goaway", null);
    for (Map.Entry<String, Future<?>> each : running.entrySet()) {
      try {
        if (each.getValue() == null) {
          client.goaway();
        } else {
          each.getValue().get();
        }
        passed++;
      } catch (Exception e) {
        failed++;
        System.out.println("FAIL: " + each.getKey() + ": "
            + (e.getCause() == null ? e : e.getCause()));
      }
    }
    System.out.println(passed + " passed, " + failed + " failed");
    System.exit(failed == 0 ? 0 : 1);
  }
}
