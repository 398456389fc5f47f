// The streams were written by Alluxio 2.9.6's own classes.
#include "job/plan/command.h"

#include <gtest/gtest.h>

#include "job/plan/java_object.h"
#include "job/plan/load_job.h"

namespace alluxio::job {
namespace {

constexpr char kLoadcli[] =
    "aced000573720022616c6c7578696f2e6a6f622e636d642e6c6f61642e4c6f6164436c69436f6e666967b6e1"
    "e047c210563202000849000a6d426174636853697a655a000c6d446972656374436163686549000c6d526570"
    "6c69636174696f6e4c00146d4578636c756465644c6f63616c69747949647374000f4c6a6176612f7574696c"
    "2f5365743b4c00126d4578636c75646564576f726b657253657471007e00014c00096d46696c655061746874"
    "00124c6a6176612f6c616e672f537472696e673b4c000c6d4c6f63616c69747949647371007e00014c000a6d"
    "576f726b657253657471007e00017870000000020100000003737200116a6176612e7574696c2e4861736853"
    "6574ba44859596b8b7340300007870770c000000103f40000000000000787371007e0004770c000000103f40"
    "000000000000787400042f612f627371007e0004770c000000103f4000000000000274000252327400025231"
    "787371007e0004770c000000103f40000000000001740002483178";
constexpr char kMigratecli[] =
    "aced000573720028616c6c7578696f2e6a6f622e636d642e6d6967726174652e4d696772617465436c69436f"
    "6e6669675724e897bc5f47ea02000549000a6d426174636853697a655a000a6d4f76657277726974654c000c"
    "6d44657374696e6174696f6e7400124c6a6176612f6c616e672f537472696e673b4c00076d536f7572636571"
    "007e00014c000a6d57726974655479706574001a4c616c6c7578696f2f636c69656e742f5772697465547970"
    "653b787000000005017400022f647400022f737e720018616c6c7578696f2e636c69656e742e577269746554"
    "79706500000000000000001200007872000e6a6176612e6c616e672e456e756d000000000000000012000078"
    "7074000d43414348455f5448524f554748";
constexpr char kLoad[] =
    "aced000573720020616c6c7578696f2e6a6f622e706c616e2e6c6f61642e4c6f6164436f6e66696791d9bb8b"
    "9e2d28080200075a000c6d446972656374436163686549000c6d5265706c69636174696f6e4c00146d457863"
    "6c756465644c6f63616c69747949647374000f4c6a6176612f7574696c2f5365743b4c00126d4578636c7564"
    "6564576f726b657253657471007e00014c00096d46696c65506174687400124c6a6176612f6c616e672f5374"
    "72696e673b4c000c6d4c6f63616c69747949647371007e00014c000a6d576f726b657253657471007e000178"
    "7000000000037372001e6a6176612e7574696c2e436f6c6c656374696f6e7324456d70747953657415f5721d"
    "b403cb28020000787071007e00057400042f612f6271007e000571007e0005";
constexpr char kBatched[] =
    "aced000573720021616c6c7578696f2e6a6f622e706c616e2e426174636865644a6f62436f6e666967b3ea6d"
    "9a5b46eeed0200024c000b6d4a6f62436f6e6669677374000f4c6a6176612f7574696c2f5365743b4c00086d"
    "4a6f62547970657400124c6a6176612f6c616e672f537472696e673b7870737200116a6176612e7574696c2e"
    "48617368536574ba44859596b8b7340300007870770c000000103f40000000000001737200116a6176612e75"
    "74696c2e486173684d61700507dac1c31660d103000246000a6c6f6164466163746f72490009746872657368"
    "6f6c6478703f4000000000000c7708000000100000000274000b7265706c69636174696f6e74000132740008"
    "66696c65506174687400022f7878787400044c6f6164";
constexpr char kPersist[] =
    "aced000573720026616c6c7578696f2e6a6f622e706c616e2e706572736973742e50657273697374436f6e66"
    "6967fa63a0784c64944a0200044a00086d4d6f756e7449645a000a6d4f76657277726974654c00096d46696c"
    "65506174687400124c6a6176612f6c616e672f537472696e673b4c00086d5566735061746871007e00017870"
    "0000000000000002017400042f612f6274000c686466733a2f2f682f782f62";
constexpr char kPersistCli[] =
    "aced000573720028616c6c7578696f2e6a6f622e636d642e706572736973742e50657273697374436d64436f"
    "6e66696797e71faebea1a7b40200044a00086d4d6f756e7449645a000a6d4f76657277726974654c00096d46"
    "696c65506174687400124c6a6176612f6c616e672f537472696e673b4c00086d5566735061746871007e0001"
    "78700000000000000002017400042f612f6274000c686466733a2f2f682f782f62";
constexpr char kNoop[] =
    "aced00057372001f616c6c7578696f2e6a6f622e706c616e2e4e6f6f70506c616e436f6e666967121c737ac0"
    "7f6efb0200007870";
constexpr char kLoadjob[] =
    "aced00057372001a616c6c7578696f2e6a6f622e4c6f61644a6f6252657175657374c716bcd55b627e370200"
    "024c00086d4f7074696f6e7374001e4c616c6c7578696f2f677270632f4c6f61644a6f62504f7074696f6e73"
    "3b4c00056d506174687400124c6a6176612f6c616e672f537472696e673b787073720037636f6d2e676f6f67"
    "6c652e70726f746f6275662e47656e6572617465644d6573736167654c6974652453657269616c697a656446"
    "6f726d00000000000000000200035b0007617342797465737400025b424c000c6d657373616765436c617373"
    "7400114c6a6176612f6c616e672f436c6173733b4c00106d657373616765436c6173734e616d6571007e0002"
    "7870757200025b42acf317f8060854e002000078700000000508e80710017672001c616c6c7578696f2e6772"
    "70632e4c6f61644a6f62504f7074696f6e7300000000000000000200054a000a62616e6477696474685f4900"
    "0a6269744669656c64305f4200156d656d6f697a65644973496e697469616c697a65645a000f706172746961"
    "6c4c697374696e675f5a00077665726966795f78720026636f6d2e676f6f676c652e70726f746f6275662e47"
    "656e6572617465644d657373616765563300000000000000010200014c000d756e6b6e6f776e4669656c6473"
    "7400254c636f6d2f676f6f676c652f70726f746f6275662f556e6b6e6f776e4669656c645365743b78707400"
    "1c616c6c7578696f2e677270632e4c6f61644a6f62504f7074696f6e737400022f61";

std::string Bytes(std::string_view hex) {
  std::string bytes;
  for (size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  }
  return bytes;
}

TEST(CommandTest, TheLoadOfAJavaShellIsRead) {
  Result<Command> command = ReadCommand(Bytes(kLoadcli));
  ASSERT_TRUE(command.ok()) << command.status();
  const auto& load = std::get<LoadCommand>(*command);
  EXPECT_EQ(load.path, "/a/b");
  EXPECT_EQ(load.batch_size, 2);
  EXPECT_EQ(load.replication, 3);
  EXPECT_EQ(load.hosts, std::vector<std::string>{"H1"});
  EXPECT_TRUE(load.excluded_hosts.empty());
  EXPECT_EQ(load.localities, (std::vector<std::string>{"R2", "R1"}));
  EXPECT_TRUE(load.excluded_localities.empty());
  EXPECT_TRUE(load.direct_cache);
}

TEST(CommandTest, TheCopyOfAJavaShellIsRead) {
  Result<Command> command = ReadCommand(Bytes(kMigratecli));
  ASSERT_TRUE(command.ok()) << command.status();
  const auto& copy = std::get<CopyCommand>(*command);
  EXPECT_EQ(copy.source, "/s");
  EXPECT_EQ(copy.destination, "/d");
  EXPECT_EQ(copy.write_type, "CACHE_THROUGH");
  EXPECT_TRUE(copy.overwrite);
  EXPECT_EQ(copy.batch_size, 5);
}

TEST(CommandTest, PlansOfOneFileAndOfABatchAreRead) {
  Result<std::vector<Command>> one = ReadPlan(Bytes(kLoad));
  ASSERT_TRUE(one.ok()) << one.status();
  ASSERT_EQ(one->size(), 1u);
  EXPECT_EQ(std::get<LoadCommand>(one->front()).path, "/a/b");
  EXPECT_TRUE(std::get<LoadCommand>(one->front()).hosts.empty());
  Result<std::vector<Command>> batch = ReadPlan(Bytes(kBatched));
  ASSERT_TRUE(batch.ok()) << batch.status();
  ASSERT_EQ(batch->size(), 1u);
  EXPECT_EQ(std::get<LoadCommand>(batch->front()).path, "/x");
  EXPECT_EQ(std::get<LoadCommand>(batch->front()).replication, 2);
}

TEST(CommandTest, AFileToPersistIsReadAsPlanAndAsCommand) {
  Result<std::vector<Command>> plan = ReadPlan(Bytes(kPersist));
  ASSERT_TRUE(plan.ok()) << plan.status();
  ASSERT_EQ(plan->size(), 1u);
  Result<Command> command = ReadCommand(Bytes(kPersistCli));
  ASSERT_TRUE(command.ok()) << command.status();
  Result<Command> ours = ReadCommand(WriteCommand(PersistCommand{"/a/b", 2, true, "hdfs://h/x/b"}));
  ASSERT_TRUE(ours.ok()) << ours.status();
  for (const Command& read : {plan->front(), *command, *ours}) {
    const auto& persist = std::get<PersistCommand>(read);
    EXPECT_EQ(persist.path, "/a/b");
    EXPECT_EQ(persist.mount_id, 2);
    EXPECT_TRUE(persist.overwrite);
    EXPECT_EQ(persist.ufs_path, "hdfs://h/x/b");
    EXPECT_EQ(PlanName(read), "Persist");
    EXPECT_EQ(DescriptionOf(read),
              "PersistConfig{filePath=/a/b, mountId=2, overwrite=true, ufsPath=hdfs://h/x/b}");
  }
  for (const PersistCommand& bad : {PersistCommand{"x", 1, true, "/u"},
                                    PersistCommand{"/x", 1, true, ""}}) {
    EXPECT_TRUE(ReadCommand(WriteCommand(bad)).status().Is(StatusCode::kInvalidArgument));
  }
}

TEST(CommandTest, ClassesNobodyServesAreNamed) {
  EXPECT_TRUE(ReadPlan(Bytes(kNoop)).status().Is(StatusCode::kNotFound));
  Status status = ReadCommand(Bytes(kLoad)).status();
  EXPECT_TRUE(status.Is(StatusCode::kNotFound));
  EXPECT_NE(status.message().find("alluxio.job.plan.load.LoadConfig"), std::string::npos);
}

TEST(CommandTest, WhatNobodyCanRunNamesAWayOut) {
  const std::pair<const char*, const char*> classes[] = {
      {"alluxio.stress.job.StressBenchConfig", "without --cluster"},
      {"alluxio.job.plan.transform.CompactConfig", "not part of this Alluxio"},
      {"alluxio.job.workflow.composite.CompositeConfig", "one by one"}};
  for (const auto& [name, way_out] : classes) {
    Status status = ReadPlan(JavaObjectWriter(name, 1).Finish()).status();
    EXPECT_TRUE(status.Is(StatusCode::kNotFound)) << status;
    EXPECT_NE(status.message().find(name), std::string::npos) << status;
    EXPECT_NE(status.message().find(way_out), std::string::npos) << status;
  }
}

TEST(CommandTest, AMessageInsideAnObjectKeepsItsBytes) {
  Result<JavaRef> object = ReadJavaObject(Bytes(kLoadjob));
  ASSERT_TRUE(object.ok()) << object.status();
  EXPECT_EQ(TextOf(FieldOf(*object, "mPath")), "/a");
  EXPECT_EQ(TextOf(FieldOf(FieldOf(*object, "mOptions"), "asBytes")), Bytes("08e8071001"));
}

TEST(LoadJobTest, IsWrittenAsJavaWritesIt) {
  LoadJobBytes job{"/a", Bytes("08e8071001")};
  EXPECT_EQ(WriteLoadJob(job), Bytes(kLoadjob));
  job = {"/\xF0\x9F\x98\x80 \xC3\xBC", std::string(1000, 'x')};
  Result<LoadJobBytes> read = ReadLoadJob(WriteLoadJob(job));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->path, job.path);
  EXPECT_EQ(read->options, job.options);
}

TEST(LoadJobTest, OtherRequestsAreRefused) {
  EXPECT_TRUE(ReadLoadJob(Bytes(kNoop)).status().Is(StatusCode::kFailedPrecondition));
  EXPECT_TRUE(ReadLoadJob("no stream").status().Is(StatusCode::kInvalidArgument));
  EXPECT_TRUE(ReadLoadJob(WriteLoadJob({"", ""})).status().Is(StatusCode::kInvalidArgument));
}

TEST(CommandTest, WhatIsWrittenIsReadAgain) {
  LoadCommand load;
  load.path = "/\xF0\x9F\x98\x80";
  load.replication = 2;
  for (int i = 0; i < 100; ++i) load.excluded_hosts.push_back("HOST" + std::to_string(i));
  Result<Command> command = ReadCommand(WriteCommand(load));
  ASSERT_TRUE(command.ok()) << command.status();
  EXPECT_EQ(std::get<LoadCommand>(*command).path, load.path);
  EXPECT_EQ(std::get<LoadCommand>(*command).excluded_hosts, load.excluded_hosts);
  CopyCommand copy;
  copy.source = "/s";
  copy.destination = "/d";
  copy.write_type = "THROUGH";
  copy.overwrite = false;
  copy.batch_size = 7;
  command = ReadCommand(WriteCommand(copy));
  ASSERT_TRUE(command.ok()) << command.status();
  EXPECT_EQ(std::get<CopyCommand>(*command).write_type, "THROUGH");
  EXPECT_FALSE(std::get<CopyCommand>(*command).overwrite);
  EXPECT_EQ(std::get<CopyCommand>(*command).batch_size, 7);
}

TEST(CommandTest, NonsenseIsRefused) {
  LoadCommand load;
  load.path = "relative";
  EXPECT_TRUE(ReadCommand(WriteCommand(load)).status().Is(StatusCode::kInvalidArgument));
  load.path = "/a";
  load.replication = 0;
  EXPECT_TRUE(ReadCommand(WriteCommand(load)).status().Is(StatusCode::kInvalidArgument));
  CopyCommand copy;
  copy.source = "/a";
  copy.destination = "/a/b";
  copy.write_type = "THROUGH";
  EXPECT_TRUE(ReadCommand(WriteCommand(copy)).status().Is(StatusCode::kInvalidArgument));
  copy.destination = "/ab";
  EXPECT_TRUE(ReadCommand(WriteCommand(copy)).ok());
}

TEST(CommandTest, CutAndChangedStreamsAreErrors) {
  const std::string whole = Bytes(kLoadcli);
  for (size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(ReadCommand(whole.substr(0, size)).ok()) << size;
  }
  for (size_t i = 0; i < whole.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string changed = whole;
      changed[i] = static_cast<char>(changed[i] ^ (1 << bit));
      (void)ReadCommand(changed).ok();  // whatever it says, it ends
    }
  }
}

TEST(CommandTest, DeepAndCircularStreamsAreErrors) {
  std::string deep = Bytes("aced0005");
  for (int i = 0; i < 1000; ++i) {
    deep += Bytes("75720002") + "[L" + Bytes("00000000000000000200007870" "00000001");
  }
  EXPECT_FALSE(ReadJavaObject(deep).ok());
  // An object whose only field is the object.
  std::string self = Bytes("aced000573720001") + "A" + Bytes("000000000000000002000149") + "x";
  EXPECT_FALSE(ReadJavaObject(self).ok());
  self = Bytes("aced000573720001") + "A" + Bytes("000000000000000002") +
         Bytes("00014c000178740001") + "A" + Bytes("7870717e0002");
  EXPECT_TRUE(ReadJavaObject(self).status().Is(StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace alluxio::job
