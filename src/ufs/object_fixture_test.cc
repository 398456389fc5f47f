// The object store that other rooms test with is held to the contract of the real ones.
#include "tests/contract/ufs_contract.h"
#include "tests/fixtures/memory_object_ufs.h"

namespace alluxio::ufs {
namespace {

UfsUnderTest MakeObjects() {
  return {std::make_shared<MemoryObjectUfs>("object://bucket"), nullptr};
}

INSTANTIATE_TEST_SUITE_P(MemoryObjects, UfsContract, ::testing::Values(&MakeObjects));

TEST(MemoryObjectUfsTest, AnEndHalfWayLosesNothing) {
  MemoryObjectUfs ufs("object://bucket");
  ufs.PutObject("d/a", "1");
  ufs.PutObject("d/b", "2");
  int mutations = 0;
  ufs.SetHook([&](ObjectRequest request, const std::string&) {
    bool changes = request == ObjectRequest::kCopy || request == ObjectRequest::kDelete;
    return changes && ++mutations > 3 ? ObjectFate{.before = Unavailable("503")} : ObjectFate();
  });
  EXPECT_TRUE(ufs.Rename("d", "e").Is(StatusCode::kUnavailable));
  EXPECT_EQ(ufs.GetObject("e/a"), "1");
  EXPECT_EQ(ufs.GetObject("d/a"), "<none>");
  EXPECT_EQ(ufs.GetObject("e/b"), "2");
  EXPECT_EQ(ufs.GetObject("d/b"), "2");
}

TEST(MemoryObjectUfsTest, AReaderSticksToItsVersion) {
  MemoryObjectUfs ufs("object://bucket");
  ufs.PutObject("f", "old");
  auto reader = ufs.Open("f").value();
  ufs.PutObject("f", "new");
  std::string into(3, '\0');
  EXPECT_TRUE(reader->ReadAt(0, into).status().Is(StatusCode::kAborted));
}

}  // namespace
}  // namespace alluxio::ufs
