#include "env/map_ahead.h"

#include <sys/mman.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include <vector>

#include "env/disk.h"
#include "tests/fixtures/temp_folder.h"

namespace alluxio {
namespace {

class MapAheadTest : public ::testing::Test {
 protected:
  MapAheadTest() {
    auto file = Disk::Real().OpenForWrite(path_, WriteMode::kCreateNew);
    EXPECT_TRUE((*file)->Append(std::string(kSize, 'x')).ok() && (*file)->Close().ok());
    file_ = *Disk::Real().OpenForRead(path_);
    map_ = file_->Map().value();
  }
  // How many of the mapping's pages are in memory.
  size_t Resident() {
    const size_t page = static_cast<size_t>(::sysconf(_SC_PAGESIZE));
    std::vector<unsigned char> pages(kSize / page);
    EXPECT_EQ(::mincore(const_cast<char*>(map_.data()), kSize, pages.data()), 0);
    size_t count = 0;
    for (unsigned char resident : pages) count += resident & 1;
    return count * page;
  }

  static constexpr size_t kSize = 8 << 20;
  TempFolder folder_;
  const std::string path_ = folder_.path() + "/f";
  std::unique_ptr<ReadableFile> file_;
  Bytes map_;
};

TEST_F(MapAheadTest, WhatWasMappedAheadReadsTheSame) {
  MapAhead(map_.view().substr(5000, 1 << 20));
  MapAhead(map_.view());
  MapAhead({});
  EXPECT_EQ(Resident(), kSize);
  EXPECT_EQ(map_.view(), std::string(kSize, 'x'));
}

TEST_F(MapAheadTest, AFileThatBecameShorterIsNoError) {
  ASSERT_TRUE(Disk::Real().Truncate(path_, 5000).ok());
  MapAhead(map_.view());
  EXPECT_EQ(map_.view().substr(0, 5000), std::string(5000, 'x'));
}

TEST_F(MapAheadTest, WhatIsNotThereIsNotInHugePages) {
  EXPECT_FALSE(InHugePages(folder_.path() + "/none"));
}

}  // namespace
}  // namespace alluxio
