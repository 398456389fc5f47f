import alluxio.cli.AbstractShell;
import alluxio.cli.fs.FileSystemShell;
import alluxio.cli.fsadmin.FileSystemAdminShell;
import alluxio.conf.Configuration;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Runs many `alluxio fs` command lines (`alluxio fsadmin` with the argument "fsadmin") through the
 * stock Java shell in one JVM; protocol as in HadoopShellBatch.
 */
public final class AlluxioShellBatch {
  public static void main(String[] args) throws Exception {
    boolean admin = args.length > 0 && args[0].equals("fsadmin");
    PrintStream out = System.out;
    PrintStream err = System.err;
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line; (line = lines.readLine()) != null;) {
      ByteArrayOutputStream stdout = new ByteArrayOutputStream();
      ByteArrayOutputStream stderr = new ByteArrayOutputStream();
      System.setOut(new PrintStream(stdout, true, "UTF-8"));
      System.setErr(new PrintStream(stderr, true, "UTF-8"));
      int code;
      try (AbstractShell shell = admin ? new FileSystemAdminShell(Configuration.global())
          : new FileSystemShell(Configuration.global())) {
        code = shell.run(line.isEmpty() ? new String[0] : line.split("\t", -1));
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
