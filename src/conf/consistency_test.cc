#include "conf/consistency.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "conf/key.h"

namespace alluxio::conf {
namespace {

TEST(ConsistencyTest, AsTheTableSays) {
  EXPECT_EQ(ConsistencyOf("alluxio.zookeeper.address"), Consistency::kEnforce);
  EXPECT_EQ(ConsistencyOf("alluxio.master.journal.folder"), Consistency::kEnforce);
  EXPECT_EQ(ConsistencyOf("alluxio.master.hostname"), Consistency::kIgnore);
  EXPECT_EQ(ConsistencyOf("alluxio.worker.ramdisk.size"), Consistency::kWarn);
  EXPECT_EQ(ConsistencyOf("alluxio.no.such.name"), Consistency::kIgnore);
  EXPECT_EQ(ConsistencyOf(""), Consistency::kIgnore);
}

// A row that is out of order would not be found.
TEST(ConsistencyTest, EveryRowIsAKeyAndIsFound) {
  size_t found = 0, rows = 0;
  for (const Key* key : AllKeys()) {
    if (ConsistencyOf(key->name) != Consistency::kIgnore) ++found;
  }
#define ENFORCE(name) ++rows;
#define NOTED(name) ++rows;
#include "conf/keys/consistency.def"
#undef ENFORCE
#undef NOTED
  EXPECT_GT(rows, 500u);
  EXPECT_EQ(found, rows);
}

}  // namespace
}  // namespace alluxio::conf
