import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FsShell;
import org.apache.hadoop.util.ToolRunner;

/**
 * Runs many `hadoop fs` command lines in one JVM. Each input line holds tab-separated arguments;
 * each output line is "exit code, base64 of stdout, base64 of stderr".
 */
public final class HadoopShellBatch {
  public static void main(String[] args) throws Exception {
    PrintStream out = System.out;
    PrintStream err = System.err;
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    Configuration conf = new Configuration();
    conf.set("fs.alluxio.impl", "alluxio.hadoop.FileSystem");
    conf.set("fs.AbstractFileSystem.alluxio.impl", "alluxio.hadoop.AlluxioFileSystem");
    conf.set("fs.defaultFS", args[0]);
    for (String line; (line = lines.readLine()) != null;) {
      ByteArrayOutputStream stdout = new ByteArrayOutputStream();
      ByteArrayOutputStream stderr = new ByteArrayOutputStream();
      System.setOut(new PrintStream(stdout, true, "UTF-8"));
      System.setErr(new PrintStream(stderr, true, "UTF-8"));
      int code;
      try {
        code = ToolRunner.run(new FsShell(conf), line.split("\t"));
      } catch (Throwable t) {
        t.printStackTrace(System.err);
        code = 999;
      }
      System.out.flush();
      System.err.flush();
      System.setErr(err);
      Base64.Encoder base64 = Base64.getEncoder();
      out.println(code + "\t" + base64.encodeToString(stdout.toByteArray()) + "\t"
          + base64.encodeToString(stderr.toByteArray()));
      out.flush();
    }
    System.exit(0);
  }
}
