import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.contract.AbstractContractCreateTest;
import org.apache.hadoop.fs.contract.AbstractContractDeleteTest;
import org.apache.hadoop.fs.contract.AbstractContractMkdirTest;
import org.apache.hadoop.fs.contract.AbstractContractOpenTest;
import org.apache.hadoop.fs.contract.AbstractContractRenameTest;
import org.apache.hadoop.fs.contract.AbstractContractSeekTest;
import org.apache.hadoop.fs.contract.AbstractFSContract;
import org.junit.Test;
import org.junit.runner.JUnitCore;
import org.junit.runner.Result;
import org.junit.runner.notification.Failure;

/**
 * Hadoop's own file-system contract, the seven classes Alluxio runs it with, against the URI in
 * the system property test.uri. Prints one "FAILED class.method" line per failure.
 */
public final class AlluxioContracts {
  static final String[][] OPTIONS = {
      {"is-case-sensitive", "false"}, {"supports-unix-permissions", "false"},
      {"test.root-tests-enabled", "false"}, {"rename-creates-dest-dirs", "false"},
      {"rename-overwrites-dest", "false"}, {"rename-returns-false-if-source-missing", "true"},
      {"rename-returns-false-if-dest-exists", "true"},
      {"supports-append", "false"}, {"supports-atomic-rename", "false"},
      {"supports-atomic-directory-delete", "false"}, {"supports-concat", "false"},
      {"supports-block-locality", "false"}, {"supports-seek", "true"},
      {"supports-seek-on-closed-file", "true"}, {"rejects-seek-past-eof", "true"},
      {"supports-strict-exceptions", "false"}, {"test.random-seek-count", "100"},
  };

  static AbstractFSContract contract(Configuration conf) {
    conf.set("fs.alluxio.impl", "alluxio.hadoop.FileSystem");
    for (String[] option : OPTIONS) {
      conf.set("fs.contract." + option[0], option[1]);
    }
    return new AbstractFSContract(conf) {
      private FileSystem fs;

      @Override
      public void init() throws java.io.IOException {
        fs = new Path(System.getProperty("test.uri")).getFileSystem(getConf());
      }

      @Override
      public FileSystem getTestFileSystem() {
        return fs;
      }

      @Override
      public String getScheme() {
        return "alluxio";
      }

      @Override
      public Path getTestPath() {
        return new Path("/contract");
      }
    };
  }

  public static class Create extends AbstractContractCreateTest {
    @Override
    protected AbstractFSContract createContract(Configuration conf) {
      return contract(conf);
    }
  }

  public static class Delete extends AbstractContractDeleteTest {
    @Override
    protected AbstractFSContract createContract(Configuration conf) {
      return contract(conf);
    }
  }

  public static class Mkdir extends AbstractContractMkdirTest {
    @Override
    protected AbstractFSContract createContract(Configuration conf) {
      return contract(conf);
    }
  }

  public static class Open extends AbstractContractOpenTest {
    @Override
    protected AbstractFSContract createContract(Configuration conf) {
      return contract(conf);
    }
  }

  public static class Rename extends AbstractContractRenameTest {
    @Override
    protected AbstractFSContract createContract(Configuration conf) {
      return contract(conf);
    }
  }

  public static class Seek extends AbstractContractSeekTest {
    @Override
    protected AbstractFSContract createContract(Configuration conf) {
      return contract(conf);
    }
  }

  /** The options themselves are found: the loaded-options test of Alluxio's suite. */
  public static class Loaded extends org.apache.hadoop.fs.contract.AbstractFSContractTestBase {
    @Override
    protected AbstractFSContract createContract(Configuration conf) {
      return contract(conf);
    }

    @Test
    public void testContractWorks() throws Throwable {
      String key = getContract().getConfKey("is-case-sensitive");
      assertNotNull("missing " + key, getContract().getConf().get(key));
      assertTrue("no seek", getContract().isSupported("supports-seek", false));
    }
  }

  public static void main(String[] args) {
    JUnitCore core = new JUnitCore();
    Result result = core.run(Create.class, Delete.class, Loaded.class, Mkdir.class, Open.class,
        Rename.class, Seek.class);
    for (Failure failure : result.getFailures()) {
      System.out.println("FAILED " + failure.getTestHeader());
      System.out.println(failure.getTrace());
    }
    System.out.println("CONTRACT run=" + result.getRunCount() + " failed="
        + result.getFailureCount() + " ignored=" + result.getIgnoreCount());
    System.exit(result.wasSuccessful() ? 0 : 1);
  }
}
