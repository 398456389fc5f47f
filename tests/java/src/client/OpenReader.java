import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Keeps one file open for reading through the stock client while somebody ends servers. Commands on
 * stdin: a number reads that many bytes, "close" reads to the end and closes. Each is answered with
 * "OK" and the MD5 of everything read so far, or with "FAILED" and why. Arguments: uri path.
 */
public final class OpenReader {
  public static void main(String[] args) throws Exception {
    Configuration conf = new Configuration();
    conf.set("fs.alluxio.impl", "alluxio.hadoop.FileSystem");
    FileSystem fs = FileSystem.get(java.net.URI.create(args[0]), conf);
    FSDataInputStream in = fs.open(new Path(args[1]));
    MessageDigest md5 = MessageDigest.getInstance("MD5");
    System.out.println("OK");
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    byte[] buffer = new byte[1 << 16];
    for (String line; (line = commands.readLine()) != null;) {
      try {
        long left = line.equals("close") ? Long.MAX_VALUE : Long.parseLong(line);
        int n = 0;
        while (left > 0 && (n = in.read(buffer, 0, (int) Math.min(left, buffer.length))) >= 0) {
          md5.update(buffer, 0, n);
          left -= n;
        }
        if (line.equals("close")) {
          in.close();
        }
        byte[] sum = ((MessageDigest) md5.clone()).digest();
        System.out.println("OK " + String.format("%032x", new BigInteger(1, sum)));
      } catch (Throwable t) {
        System.out.println("FAILED " + t);
      }
      System.out.flush();
    }
    Runtime.getRuntime().halt(0);
  }
}
