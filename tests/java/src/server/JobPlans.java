import alluxio.ClientContext;
import alluxio.client.job.JobMasterClient;
import alluxio.conf.Configuration;
import alluxio.job.JobConfig;
import alluxio.job.cmd.persist.PersistCmdConfig;
import alluxio.job.plan.persist.PersistConfig;
import alluxio.job.plan.transform.CompactConfig;
import alluxio.job.plan.transform.PartitionInfo;
import alluxio.job.wire.JobInfo;
import alluxio.job.wire.Status;
import alluxio.job.workflow.composite.CompositeConfig;
import alluxio.stress.job.StressBenchConfig;
import alluxio.worker.job.JobMasterClientContext;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;

/**
 * Sends plans to a job master with the stock client, one a line, and waits for their end; protocol
 * as in HadoopShellBatch. The code is 0 for a plan that was completed.
 *
 *   run persist PATH MOUNT OVERWRITE UFS_PATH | submit persist ... | run stress|compact|composite
 */
public final class JobPlans {
  private static PartitionInfo partition() {
    return new PartitionInfo("serde", "in", new HashMap<>(), new HashMap<>(), new ArrayList<>());
  }

  private static JobConfig plan(String[] words) {
    switch (words[1]) {
      case "persist":
        return new PersistConfig(words[2], Long.parseLong(words[3]),
            Boolean.parseBoolean(words[4]), words[5]);
      case "stress":
        return new StressBenchConfig("alluxio.stress.cli.StressMasterBench", new ArrayList<>(),
            0, 0);
      case "compact":
        return new CompactConfig(partition(), "/a", partition(), "/b", 1, 1L);
      case "composite":
        return new CompositeConfig(new ArrayList<>(), true);
      default:
        throw new IllegalArgumentException(words[1]);
    }
  }

  private static String send(JobMasterClient client, String[] words) throws Exception {
    if (words[0].equals("submit")) {
      long id = client.submit(new PersistCmdConfig(words[2], Long.parseLong(words[3]),
          Boolean.parseBoolean(words[4]), words[5]));
      while (!client.getCmdStatus(id).isFinished()) {
        Thread.sleep(20);
      }
      return client.getCmdStatus(id) + " " + client.getCmdStatusDetailed(id).getOperationType();
    }
    long id = client.run(plan(words));
    while (!client.getJobStatus(id).getStatus().isFinished()) {
      Thread.sleep(20);
    }
    JobInfo job = client.getJobStatus(id);
    return job.getStatus() + " " + job.getName() + " " + job.getErrorMessage();
  }

  public static void main(String[] args) throws Exception {
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    PrintStream out = System.out;
    Base64.Encoder base64 = Base64.getEncoder();
    try (JobMasterClient client = JobMasterClient.Factory.create(JobMasterClientContext
        .newBuilder(ClientContext.create(Configuration.global())).build())) {
      for (String line; (line = lines.readLine()) != null;) {
        String answer;
        String error = "";
        try {
          answer = send(client, line.split("\t"));
        } catch (Exception e) {
          answer = "";
          error = e.getClass().getSimpleName() + ": " + e.getMessage();
        }
        int code = answer.startsWith(Status.COMPLETED.toString()) ? 0 : 1;
        out.println(code + "\t" + base64.encodeToString(answer.getBytes(StandardCharsets.UTF_8))
            + "\t" + base64.encodeToString(error.getBytes(StandardCharsets.UTF_8)));
        out.flush();
      }
    }
    System.exit(0);
  }
}
