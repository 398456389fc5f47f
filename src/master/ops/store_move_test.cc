#include "master/ops/store_move.h"

#include <gtest/gtest.h>

#include <atomic>

#include "tests/fixtures/memory_object_ufs.h"

namespace alluxio::master {
namespace {

bool Changes(ObjectRequest request) {
  return request == ObjectRequest::kPut || request == ObjectRequest::kCopy ||
         request == ObjectRequest::kDelete;
}

std::shared_ptr<MemoryObjectUfs> StoreWithFolder() {
  auto ufs = std::make_shared<MemoryObjectUfs>("object://bucket");
  for (int i = 0; i < 6; ++i) ufs->PutObject("d/e/" + std::to_string(i), std::to_string(i));
  ufs->PutObject("d/f", "f");
  ufs->PutObject("d/empty/", "");
  ufs->PutObject("de", "not in the folder");
  return ufs;
}

void ExpectMoved(MemoryObjectUfs& ufs) {
  for (int i = 0; i < 6; ++i) {
    EXPECT_EQ(ufs.GetObject("n/e/" + std::to_string(i)), std::to_string(i));
  }
  EXPECT_EQ(ufs.GetObject("n/f"), "f");
  EXPECT_TRUE(ufs.Stat("n/empty")->is_directory);
  EXPECT_TRUE(ufs.Stat("d").status().Is(StatusCode::kNotFound));
  EXPECT_EQ(ufs.GetObject("de"), "not in the folder");
}

TEST(StoreMoveTest, AFolderOfObjectsIsMovedManyAtATime) {
  auto ufs = StoreWithFolder();
  ASSERT_TRUE(StoreMove(*ufs, "d", "n", 4).Run(false).ok());
  ExpectMoved(*ufs);
}

TEST(StoreMoveTest, AfterAFailureAtAnyRequestASecondTryFinishesOrPutsBack) {
  for (bool back : {false, true}) {
    bool succeeded = false;
    for (int fails_at = 1; !succeeded && fails_at < 100; ++fails_at) {
      for (bool has_effect : {false, true}) {
        SCOPED_TRACE(testing::Message() << "request " << fails_at << " effect " << has_effect);
        auto ufs = StoreWithFolder();
        std::atomic<int> requests = 0;
        ufs->SetHook([&](ObjectRequest request, const std::string&) {
          ObjectFate fate;
          if (!Changes(request) || ++requests < fails_at) return fate;
          (has_effect && requests == fails_at ? fate.after : fate.before) = Unavailable("503");
          return fate;
        });
        StoreMove move(*ufs, "d", "n", 2);
        Status moved = move.Run(false);
        ufs->SetHook({});
        if (moved.ok()) {
          succeeded = true;
          continue;
        }
        EXPECT_TRUE(move.touched());
        if (!back) {
          EXPECT_TRUE(StoreMove(*ufs, "d", "n", 2).Run(true).ok());
          ExpectMoved(*ufs);
        } else {
          EXPECT_TRUE(StoreMove(*ufs, "n", "d", 2).Run(true).ok());
          EXPECT_TRUE(StoreMove(*ufs, "d", "n", 2).Run(false).ok());
          ExpectMoved(*ufs);
        }
      }
    }
    EXPECT_TRUE(succeeded);
  }
}

TEST(StoreMoveTest, NothingIsMovedOverAFolderThatIsThere) {
  auto ufs = StoreWithFolder();
  ufs->PutObject("n/x", "x");
  StoreMove move(*ufs, "d", "n", 2);
  EXPECT_TRUE(move.Run(false).Is(StatusCode::kAlreadyExists));
  EXPECT_FALSE(move.touched());
  EXPECT_EQ(ufs->GetObject("d/f"), "f");
}

TEST(StoreMoveTest, AnAtomicRenameIsKnownByWhatIsThere) {
  MemoryObjectUfs ufs("object://bucket", {.atomic_rename = true});
  ufs.PutObject("a", "1");
  StoreMove refused(ufs, "a", "b", 1);
  ufs.SetHook([&](ObjectRequest request, const std::string&) {
    return Changes(request) ? ObjectFate{.before = PermissionDenied("no")} : ObjectFate();
  });
  EXPECT_TRUE(refused.Run(false).Is(StatusCode::kPermissionDenied));
  EXPECT_FALSE(refused.touched());
  ufs.SetHook([&](ObjectRequest request, const std::string&) {
    return Changes(request) ? ObjectFate{.after = Unavailable("lost")} : ObjectFate();
  });
  EXPECT_TRUE(StoreMove(ufs, "a", "b", 1).Run(false).ok()) << "only the answer got lost";
  ufs.SetHook({});
  EXPECT_TRUE(StoreMove(ufs, "a", "b", 1).Run(true).ok()) << "done by the former try";
  EXPECT_TRUE(StoreMove(ufs, "a", "b", 1).Run(false).Is(StatusCode::kNotFound));
  EXPECT_TRUE(StoreMove(ufs, "x", "y", 1).Run(true).Is(StatusCode::kNotFound));
  EXPECT_EQ(ufs.GetObject("b"), "1");
}

}  // namespace
}  // namespace alluxio::master
