#include "master/chores/chores_fixture.h"
#include "tests/fixtures/memory_object_ufs.h"

namespace alluxio::master {
namespace {

constexpr int64_t kHourMs = 3600 * 1000;
constexpr const char* kAge = "alluxio.underfs.s3.intermediate.upload.clean.age";

class UfsCleanupTest : public ChoresFixture {
 protected:
  UfsCleanupTest() { settings_.ufs_cleanup_enabled = true; }

  // A mount of a store that has one upload, begun an hour ago.
  std::shared_ptr<MemoryObjectUfs> Mount(const std::string& name,
                                         const MountOptions& options = {}) {
    auto store = std::make_shared<MemoryObjectUfs>("s3://" + name);
    master_->factory.stores[store->root()] = store;
    Status mounted =
        master_->ops.Mount(*master_->Context(), "/" + name, store->root(), options);
    EXPECT_TRUE(mounted.ok()) << mounted;
    store->LeaveUpload("left", Now() - kHourMs);
    return store;
  }
  int64_t Now() { return master_->clock.NowMs(); }
  void Tick() { CleanUnderStores(parts_, settings_, memory_); }
};

TEST_F(UfsCleanupTest, CleansWhenItBeginsAndAtEveryInterval) {
  auto store = Mount("b", {.properties = {{kAge, "1h"}}});
  master_->clock.Advance(std::chrono::milliseconds(1));
  Tick();
  EXPECT_TRUE(store->LeftUploads().empty());
  store->LeaveUpload("again", Now() - 2 * kHourMs);
  master_->clock.Advance(settings_.ufs_cleanup_interval - std::chrono::seconds(1));
  Tick();
  EXPECT_EQ(store->LeftUploads().size(), 1u) << "it is not time yet";
  master_->clock.Advance(std::chrono::seconds(1));
  Tick();
  EXPECT_TRUE(store->LeftUploads().empty());
}

TEST_F(UfsCleanupTest, AgeIsThatOfTheServerUnlessTheMountHasItsOwn) {
  auto plain = Mount("plain");
  auto own = Mount("own", {.properties = {{kAge, "30min"}}});
  settings_.ufs_cleanup_interval = std::chrono::hours(1);
  Tick();
  EXPECT_EQ(plain->LeftUploads().size(), 1u);
  EXPECT_TRUE(own->LeftUploads().empty());
  master_->clock.Advance(std::chrono::hours(71));
  Tick();
  EXPECT_EQ(plain->LeftUploads().size(), 1u) << "three days are not over";
  master_->clock.Advance(std::chrono::hours(1));
  Tick();
  EXPECT_TRUE(plain->LeftUploads().empty());
  Status refused = master_->ops.Mount(*master_->Context(), "/w", "s3://w",
                                      {.properties = {{kAge, "soon"}}});
  EXPECT_EQ(refused.code(), StatusCode::kInvalidArgument) << refused;
  EXPECT_NE(refused.message().find(kAge), std::string::npos) << refused;
}

TEST_F(UfsCleanupTest, MountsThatMustNotBeChangedAreLeftAloneAndAFailureKeepsNoOther) {
  MountOptions options{.properties = {{kAge, "1s"}}};
  auto failing = Mount("a", options);
  auto good = Mount("c", options);
  options.read_only = true;
  auto read_only = Mount("b", options);
  failing->SetHook([](ObjectRequest, const std::string&) {
    return ObjectFate{.before = Unavailable("away"), .after = OkStatus()};
  });
  Tick();
  EXPECT_EQ(failing->LeftUploads().size(), 1u);
  EXPECT_TRUE(good->LeftUploads().empty());
  EXPECT_EQ(read_only->LeftUploads().size(), 1u);
}

TEST_F(UfsCleanupTest, NothingIsDoneUnlessItIsEnabled) {
  settings_.ufs_cleanup_enabled = false;
  auto store = Mount("b");
  master_->clock.Advance(std::chrono::hours(1000));
  Tick();
  EXPECT_EQ(store->LeftUploads().size(), 1u);
}

}  // namespace
}  // namespace alluxio::master
