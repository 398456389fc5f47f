#include "master/tree/rocks_library.h"

#include <gtest/gtest.h>

namespace alluxio::master {
namespace {

TEST(RocksLibraryTest, AFileThatIsNotThereIsNamed) {
  Status status = RocksLibrary::LoadFile("librocksdb.so.0.0").status();
  EXPECT_EQ(status.code(), StatusCode::kFailedPrecondition);
  EXPECT_NE(status.message().find("librocksdb.so.0.0"), std::string::npos) << status;
}

TEST(RocksLibraryTest, ALibraryWithoutAFunctionIsRefusedByItsName) {
  Status status = RocksLibrary::LoadFile("libz.so.1").status();
  EXPECT_EQ(status.code(), StatusCode::kFailedPrecondition);
  EXPECT_NE(status.message().find("rocksdb_close"), std::string::npos) << status;
}

TEST(RocksLibraryTest, OptionsItDoesNotKnowAreAnError) {
  ASSERT_TRUE(RocksLibrary::Load().ok());
  RocksOptions base(Rocks().options_create());
  RocksOptions made(Rocks().options_create());
  RocksError error;
  Rocks().get_options_from_string(base.get(), "no_such_option=1", made.get(), error.out());
  EXPECT_FALSE(error.ok());
  EXPECT_FALSE(error.incomplete());
  EXPECT_NE(error.ToString().find("no_such_option"), std::string::npos) << error.ToString();
  RocksError moved = std::move(error);
  EXPECT_TRUE(error.ok());  // NOLINT: what a move leaves
  EXPECT_FALSE(moved.ok());
  Rocks().get_options_from_string(base.get(), "write_buffer_size=65536", made.get(), moved.out());
  EXPECT_TRUE(moved.ok()) << moved.ToString();
}

}  // namespace
}  // namespace alluxio::master
