// ufs-contract: tests/contract/ufs_contract.h over the real stores whose addresses are in the
// environment, as tests/backends/ writes them to build/backends.env. A store without an address is
// left out; with none at all the program fails, so that it cannot pass by doing nothing.
//
//   S3_ENDPOINT S3_BUCKET S3_ACCESS_KEY S3_SECRET_KEY [S3_REGION]      and S3B_..., S3C_...
//   HDFS_URI [HDFS_CONF_DIR]   GCS_ENDPOINT GCS_BUCKET   NFS_FOLDER
//   AZURE_ENDPOINT AZURE_CONTAINER AZURE_ACCOUNT AZURE_KEY
//   SWIFT_AUTH_URL SWIFT_CONTAINER SWIFT_USER SWIFT_KEY [SWIFT_SEGMENT_SIZE]   WEBHDFS_URI
//
// Each test works in a folder of its own, which it deletes. ALLUXIO_CONTRACT_ENTRIES and
// ALLUXIO_CONTRACT_LARGE_BYTES make two of them larger. UFS_CONTRACT_SKIP_NAMES_<STORE>, separated
// by '|', are odd names that a store itself refuses.
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "env/rng.h"
#include "tests/contract/ufs_contract.h"
#include "ufs/all/all_adapters.h"

namespace alluxio::ufs {
namespace {

std::string Env(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? "" : value;
}

// Deletes what a test left below its root.
struct Cleanup {
  std::shared_ptr<Ufs> ufs;
  ~Cleanup() {
    Result<UfsListing> rest = ufs->List("", {});
    if (!rest.ok()) return;
    for (const UfsStatus& status : rest->entries) {
      Status deleted = status.is_directory ? ufs->DeleteDirectory(status.key, true)
                                           : ufs->DeleteFile(status.key);
      if (!deleted.ok()) std::fprintf(stderr, "%s\n", deleted.ToString().c_str());
    }
  }
};

std::vector<std::string> NamesOf(const std::string& text) {
  std::vector<std::string> names;
  size_t begin = 0;
  while (begin < text.size()) {
    size_t end = std::min(text.find('|', begin), text.size());
    names.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return names;
}

UfsUnderTest Make(const std::string& store, const std::string& uri,
                  std::map<std::string, std::string> properties, const std::string& type) {
  UfsOpenOptions options;
  options.properties = std::move(properties);
  std::string root = uri + "/contract-" + Rng::Real().Uuid();
  Result<std::shared_ptr<Ufs>> ufs = AllAdapters::Create()->Open(root, options);
  EXPECT_TRUE(ufs.ok()) << ufs.status();
  if (!ufs.ok()) return {};
  Status made = (*ufs)->MakeDirectory("", {.mode = Mode{0755}});
  EXPECT_TRUE(made.ok() || (*ufs)->is_object_store()) << made;
  UfsLimits limits;
  limits.type = type;
  limits.no_names = NamesOf(Env("UFS_CONTRACT_SKIP_NAMES_" + store));
  return {*ufs, std::make_shared<Cleanup>(Cleanup{*ufs}), limits};
}

UfsUnderTest MakeS3(const std::string& store) {
  std::string prefix = store + "_";
  std::map<std::string, std::string> properties = {
      {"alluxio.underfs.s3.endpoint", Env(prefix + "ENDPOINT")},
      {"alluxio.underfs.s3.region", Env(prefix + "REGION")},
      {"alluxio.underfs.s3.disable.dns.buckets", "true"},
      {"s3a.accessKeyId", Env(prefix + "ACCESS_KEY")},
      {"s3a.secretKey", Env(prefix + "SECRET_KEY")}};
  return Make(store, "s3://" + Env(prefix + "BUCKET"), properties, "s3");
}
UfsUnderTest S3() { return MakeS3("S3"); }
UfsUnderTest S3b() { return MakeS3("S3B"); }
UfsUnderTest S3c() { return MakeS3("S3C"); }
UfsUnderTest Hdfs() {
  std::map<std::string, std::string> properties;
  if (std::string folder = Env("HDFS_CONF_DIR"); !folder.empty()) {
    properties["alluxio.underfs.hdfs.configuration"] =
        folder + "/core-site.xml:" + folder + "/hdfs-site.xml";
  }
  return Make("HDFS", Env("HDFS_URI"), properties, "hdfs");
}
UfsUnderTest Gcs() {
  return Make("GCS", "gs://" + Env("GCS_BUCKET"), {{"fs.gcs.endpoint", Env("GCS_ENDPOINT")}},
              "gcs");
}
UfsUnderTest Azure() {
  std::string host = Env("AZURE_ACCOUNT") + ".blob.core.windows.net";
  return Make("AZURE", "wasb://" + Env("AZURE_CONTAINER") + "@" + host,
              {{"fs.azure.endpoint", Env("AZURE_ENDPOINT")},
               {"fs.azure.account.key." + host, Env("AZURE_KEY")}},
              "wasb");
}
UfsUnderTest Swift() {
  std::map<std::string, std::string> properties = {{"fs.swift.auth.url", Env("SWIFT_AUTH_URL")},
                                                   {"fs.swift.user", Env("SWIFT_USER")},
                                                   {"fs.swift.password", Env("SWIFT_KEY")}};
  if (std::string size = Env("SWIFT_SEGMENT_SIZE"); !size.empty()) {
    properties["fs.swift.segment.size"] = size;
  }
  UfsUnderTest swift =
      Make("SWIFT", "swift://" + Env("SWIFT_CONTAINER"), std::move(properties), "swift");
  swift.limits.listed_entries = 300;  // a request for each empty object
  return swift;
}
UfsUnderTest WebHdfs() { return Make("WEBHDFS", Env("WEBHDFS_URI"), {}, "hdfs"); }
UfsUnderTest Nfs() { return Make("NFS", Env("NFS_FOLDER"), {}, "local"); }

struct Store {
  const char* name;
  const char* address;  // the variable that says it is there
  UfsUnderTest (*make)();
};
constexpr Store kStores[] = {{"S3", "S3_ENDPOINT", &S3},    {"S3B", "S3B_ENDPOINT", &S3b},
                             {"S3C", "S3C_ENDPOINT", &S3c}, {"Hdfs", "HDFS_URI", &Hdfs},
                             {"Gcs", "GCS_ENDPOINT", &Gcs}, {"Azure", "AZURE_ENDPOINT", &Azure},
                             {"Swift", "SWIFT_AUTH_URL", &Swift},
                             {"WebHdfs", "WEBHDFS_URI", &WebHdfs},
                             {"Nfs", "NFS_FOLDER", &Nfs}};

std::vector<UfsUnderTest (*)()> Present() {
  std::vector<UfsUnderTest (*)()> makers;
  for (const Store& store : kStores) {
    if (!Env(store.address).empty()) makers.push_back(store.make);
  }
  return makers;
}

std::string NameOf(const ::testing::TestParamInfo<UfsUnderTest (*)()>& info) {
  for (const Store& store : kStores) {
    if (store.make == info.param) return store.name;
  }
  return "Unknown";
}

INSTANTIATE_TEST_SUITE_P(Stores, UfsContract, ::testing::ValuesIn(Present()), NameOf);

TEST(Stores, AtLeastOneIsThere) {
  EXPECT_FALSE(Present().empty()) << "no address of a store is in the environment";
}

}  // namespace
}  // namespace alluxio::ufs
