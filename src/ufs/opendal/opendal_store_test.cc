#include "ufs/opendal/opendal_store.h"

#include "tests/contract/ufs_contract.h"
#include "ufs/object/object_ufs.h"

namespace alluxio::ufs {
namespace {

// OpenDAL's store in memory: no network, but all of the bridge.
UfsUnderTest MakeMemory() {
  auto bridge = BridgeStore::Open("memory", {}, 30s).value();
  auto store = std::make_unique<OpendalStore>(std::move(bridge),
                                              OpendalStoreOptions{.name = "memory://test"});
  UfsLimits limits;
  limits.pins_versions = false;
  limits.lists_lengths = false;
  return {ObjectUfs::Open(std::move(store), {.type = "memory", .root = "memory://test"}), nullptr,
          limits};
}

INSTANTIATE_TEST_SUITE_P(OpendalMemory, UfsContract, ::testing::Values(&MakeMemory));

TEST(OpendalStoreTest, ErrorsNameTheStoreAndTheObject) {
  auto bridge = BridgeStore::Open("memory", {}, 30s).value();
  OpendalStore store(std::move(bridge), {.name = "memory://test"});
  Status missing = store.Head("a/b").status();
  EXPECT_EQ(missing.code(), StatusCode::kNotFound);
  EXPECT_THAT(missing.message(), ::testing::HasSubstr("stat memory://test/a/b"));
}

}  // namespace
}  // namespace alluxio::ufs
