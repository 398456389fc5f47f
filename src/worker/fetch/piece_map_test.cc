#include "worker/fetch/piece_map.h"

#include <gtest/gtest.h>

namespace alluxio::worker {
namespace {

TEST(PieceMapTest, GapsLieBetweenPieces) {
  PieceMap pieces;
  EXPECT_EQ(pieces.FirstGap(0, 10), 0);
  EXPECT_EQ(pieces.NextBegin(0, 10), 10);
  pieces.Expect(0, 4);
  pieces.Expect(6, 8);
  EXPECT_EQ(pieces.FirstGap(0, 10), 4);
  EXPECT_EQ(pieces.NextBegin(4, 10), 6);
  EXPECT_EQ(pieces.FirstGap(6, 8), 8);
  EXPECT_EQ(pieces.Find(5), nullptr);
  EXPECT_EQ(pieces.Find(7)->begin, 6);
  EXPECT_EQ(pieces.Find(8), nullptr);
}

TEST(PieceMapTest, OnlyWhatHasComeIsTrimmed) {
  PieceMap pieces;
  pieces.Expect(0, 2);
  pieces.Expect(2, 4);
  pieces.Expect(4, 6);
  pieces.Arrived(0, Bytes::FromString("ab"));
  pieces.Arrived(4, Bytes::FromString("ef"));
  EXPECT_EQ(pieces.Find(5)->data.view(), "ef");
  EXPECT_EQ(pieces.Trim([](const Piece& piece) { return piece.begin == 4; }), 2);
  EXPECT_EQ(pieces.Find(0), nullptr);
  EXPECT_NE(pieces.Find(2), nullptr);
  EXPECT_EQ(pieces.Clear(), 4);
  EXPECT_EQ(pieces.FirstGap(0, 6), 0);
}

}  // namespace
}  // namespace alluxio::worker
