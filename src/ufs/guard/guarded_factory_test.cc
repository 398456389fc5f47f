#include "ufs/guard/guarded_factory.h"

#include <gtest/gtest.h>

#include "tests/contract/ufs_contract.h"
#include "tests/fixtures/temp_folder.h"
#include "ufs/guard/guard_options.h"
#include "ufs/local/local_ufs.h"

namespace alluxio::ufs {
namespace {

class LocalFolders final : public UfsFactory {
 public:
  Result<std::shared_ptr<Ufs>> Open(const std::string& uri, const UfsOpenOptions&) override {
    if (uri.find("://") != std::string::npos) return Unavailable(uri + ": key geheim");
    return LocalUfs::Open(uri, {});
  }
};

std::unique_ptr<UfsFactory> Guarded() {
  return GuardedFactory::Wrap(std::make_unique<LocalFolders>(), conf::Configuration::ForTest(),
                              {.metrics = "Test"});
}

UfsUnderTest MakeGuarded() {
  auto folder = std::make_shared<TempFolder>();
  return {*Guarded()->Open(folder->path(), {}), folder};
}

INSTANTIATE_TEST_SUITE_P(Guarded, UfsContract, ::testing::Values(&MakeGuarded));

TEST(GuardedFactory, LimitsOfAMountAreItsOptions) {
  TempFolder folder;
  UfsOpenOptions options;
  options.properties = {{"alluxio.underfs.mount.call.timeout", "never"}};
  Status wrong = Guarded()->Open(folder.path(), options).status();
  EXPECT_TRUE(wrong.Is(StatusCode::kInvalidArgument)) << wrong;
  EXPECT_NE(wrong.message().find("alluxio.underfs.mount.call.timeout"), std::string::npos);
  options.properties = {{"alluxio.underfs.mount.call.timeout", "5s"},
                        {"alluxio.underfs.mount.concurrency.max", "3"}};
  auto limits = GuardOptions::From(conf::Configuration::ForTest(), options.properties);
  ASSERT_TRUE(limits.ok());
  EXPECT_EQ(limits->call_timeout, 5s);
  EXPECT_EQ(limits->concurrency, 3u);
  options.properties = {{"alluxio.underfs.mount.concurrency.max", "0"}};
  EXPECT_FALSE(Guarded()->Open(folder.path(), options).ok());
}

TEST(GuardedFactory, AnErrorOfOpeningShowsNoSecret) {
  UfsOpenOptions options;
  options.properties = {{"s3a.secretKey", "geheim"}};
  EXPECT_EQ(Guarded()->Open("s3://b", options).status().message(), "s3://b: key ******");
}

}  // namespace
}  // namespace alluxio::ufs
