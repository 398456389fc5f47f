#include "cli/tool/tar_writer.h"

#include <gtest/gtest.h>

#include "env/disk.h"
#include "env/run_program.h"

namespace alluxio::cli {
namespace {

class TextSink final : public journal::CheckpointSink {
 public:
  Status Write(std::string_view data) override {
    text += data;
    return OkStatus();
  }
  std::string text;
};

TEST(TarWriterTest, TarReadsItBack) {
  TextSink sink;
  TarWriter tar(sink);
  std::string deep = std::string(90, 'd') + "/" + std::string(90, 'f');
  ASSERT_TRUE(tar.AddText("a/one.txt", 1'700'000'000'000, "hello\n").ok());
  ASSERT_TRUE(tar.AddText("empty", 0, "").ok());
  ASSERT_TRUE(tar.AddText(deep, 0, std::string(1024, 'x')).ok());
  EXPECT_EQ(tar.AddText(std::string(101, 'n'), 0, "").code(), StatusCode::kInvalidArgument);
  ASSERT_TRUE(tar.Finish().ok());
  std::string path = testing::TempDir() + "tar_writer_test.tar";
  auto file = Disk::Real().OpenForWrite(path, WriteMode::kTruncate);
  ASSERT_TRUE(file.ok() && (*file)->Append(sink.text).ok() && (*file)->Close().ok());
  auto listed = RunProgram({"tar", "-tf", path});
  ASSERT_TRUE(listed.ok()) << listed.status();
  EXPECT_EQ(listed->output, "a/one.txt\nempty\n" + deep + "\n");
  EXPECT_EQ(RunProgram({"tar", "-xOf", path, "a/one.txt"})->output, "hello\n");
  EXPECT_TRUE(Disk::Real().DeleteFile(path).ok());
}

TEST(TarWriterTest, ABodyThatChangesKeepsTheArchiveWhole) {
  for (const char* second : {"12", "1234567"}) {
    TextSink sink;
    TarWriter tar(sink);
    int calls = 0;
    ASSERT_TRUE(tar.Add("f", 0, [&](const TarWriter::Emit& emit) {
                     return emit(++calls == 1 ? "12345" : second);
                   }).ok());
    ASSERT_EQ(sink.text.size(), 1024u);
    EXPECT_EQ(sink.text.substr(512, 5), std::string(second) == "12" ? "12   " : "12345");
  }
}

}  // namespace
}  // namespace alluxio::cli
