import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Keeps one file open for writing through the stock client while somebody restarts servers.
 * Commands on stdin: a number writes that many bytes, "close" closes. Each is answered with "OK",
 * or with "FAILED" and why. The bytes are random; a local file keeps them for whoever compares.
 * Arguments: uri path seed total local-file.
 */
public final class OpenWriter {
  public static void main(String[] args) throws Exception {
    Configuration conf = new Configuration();
    conf.set("fs.alluxio.impl", "alluxio.hadoop.FileSystem");
    FileSystem fs = FileSystem.get(java.net.URI.create(args[0]), conf);
    byte[] data = new byte[Integer.parseInt(args[3])];
    new Random(Long.parseLong(args[2])).nextBytes(data);
    java.nio.file.Files.write(java.nio.file.Paths.get(args[4]), data);
    FSDataOutputStream out = fs.create(new Path(args[1]), false);
    System.out.println("OK");
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    int at = 0;
    for (String line; (line = commands.readLine()) != null;) {
      try {
        if (line.equals("close")) {
          out.close();
        } else {
          int n = Integer.parseInt(line);
          out.write(data, at, n);
          at += n;
        }
        System.out.println("OK");
      } catch (Throwable t) {
        System.out.println("FAILED " + t);
      }
      System.out.flush();
    }
    Runtime.getRuntime().halt(0);
  }
}
