#include "master/state/listing_marks.h"

#include <gtest/gtest.h>

#include "proto/journal/journal.pb.h"

namespace alluxio::master {
namespace {

void Note(ListingMarks& marks, const ListingMark& mark) {
  Edit edit(journal::Component::kFileSystem);
  MarkListing(mark, &edit);
  marks.RememberEntry(edit.entry());
}

ListingMark Mark(InodeId directory, int64_t noted_ms) {
  return {.directory = directory,
          .compares = true,
          .store = ~uint64_t{0},
          .page = std::string("p\0\xff", 3),
          .position = "last",
          .began_ms = 5,
          .noted_ms = noted_ms};
}

TEST(ListingMarksTest, TheLastMarkOfADirectoryCountsUntilItsListingEnds) {
  ListingMarks marks;
  EXPECT_EQ(marks.Find(7), nullptr);
  Note(marks, Mark(7, 10));
  Note(marks, Mark(7, 11));
  Note(marks, Mark(8, 12));
  ASSERT_NE(marks.Find(7), nullptr);
  EXPECT_EQ(marks.Find(7)->noted_ms, 11);
  EXPECT_TRUE(marks.Find(7)->compares);
  EXPECT_EQ(marks.Find(7)->store, ~uint64_t{0});
  EXPECT_EQ(marks.Find(7)->page, std::string("p\0\xff", 3));
  EXPECT_EQ(marks.Find(7)->position, "last");
  EXPECT_EQ(marks.Find(7)->began_ms, 5);
  Edit end(journal::Component::kFileSystem);
  MarkListingEnd(7, &end);
  marks.RememberEntry(end.entry());
  EXPECT_EQ(marks.Find(7), nullptr);
  EXPECT_EQ(marks.All().size(), 1u);
}

TEST(ListingMarksTest, ADeletedDirectoryHasNone) {
  ListingMarks marks;
  Note(marks, Mark(7, 10));
  Edit deletion(journal::Component::kFileSystem);
  deletion.entry().mutable_delete_file()->set_id(7);
  marks.RememberEntry(deletion.entry());
  EXPECT_EQ(marks.size(), 0u);
}

TEST(ListingMarksTest, TheOldestAreForgotten) {
  ListingMarks marks(2);
  Note(marks, Mark(1, 30));
  Note(marks, Mark(2, 20));
  Note(marks, Mark(3, 40));
  EXPECT_EQ(marks.size(), 2u);
  EXPECT_EQ(marks.Find(2), nullptr);
}

}  // namespace
}  // namespace alluxio::master
