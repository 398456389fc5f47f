#include "cli/tool/run_tests.h"

#include <fmt/format.h>

#include <array>
#include <cstring>

#include "cli/option_parser.h"
#include "model/path.h"

namespace alluxio::cli {
namespace {

constexpr int kNumbers = 20;  // written by either operation
constexpr std::string_view kFolderName = "default_tests_files";

struct Named {
  const char* name;
  int value;
};
constexpr Named kOperations[] = {{"BASIC", 0}, {"BASIC_NON_BYTE_BUFFER", 1}};
constexpr Named kReadTypes[] = {{"NO_CACHE", static_cast<int>(ReadType::kNoCache)},
                                {"CACHE", static_cast<int>(ReadType::kCache)},
                                {"CACHE_PROMOTE", static_cast<int>(ReadType::kCachePromote)}};
constexpr Named kWriteTypes[] = {{"MUST_CACHE", static_cast<int>(WriteType::kMustCache)},
                                 {"CACHE_THROUGH", static_cast<int>(WriteType::kCacheThrough)},
                                 {"THROUGH", static_cast<int>(WriteType::kThrough)},
                                 {"ASYNC_THROUGH", static_cast<int>(WriteType::kAsyncThrough)}};

struct Case {
  Named operation;
  Named read_type;
  Named write_type;
  std::string path;
};

// Names compare without case and underscores, so "Basic" and "BASIC" are the same.
std::string Plain(std::string_view text) {
  std::string plain;
  for (char c : text) {
    if (c != '_') plain += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return plain;
}

// All of `table`, or the one that was asked for.
template <size_t N>
Result<std::vector<Named>> Chosen(const Named (&table)[N], const ParsedArgs& args,
                                  const std::string& option) {
  std::vector<Named> chosen;
  for (const Named& row : table) {
    if (!args.Has(option) || Plain(row.name) == Plain(args.Value(option))) chosen.push_back(row);
  }
  if (chosen.empty()) {
    return InvalidArgument(fmt::format("Invalid value for --{}: {}", option, args.Value(option)));
  }
  return chosen;
}

std::string TestData() {
  std::string data;
  for (int32_t i = 0; i < kNumbers; ++i) {
    std::array<char, sizeof(i)> bytes{};
    std::memcpy(bytes.data(), &i, sizeof(i));
    data.append(bytes.data(), bytes.size());
  }
  return data;
}

Status Write(client::FileSystem& fs, const Case& test, const std::string& data) {
  client::CreateOptions options;
  options.write_type = static_cast<WriteType>(test.write_type.value);
  options.recursive = true;
  ASSIGN_OR_RETURN(std::unique_ptr<client::FileOutStream> out, fs.CreateFile(test.path, options));
  if (test.operation.value == 0) {
    RETURN_IF_ERROR(out->Write(data));
  } else {  // one byte at a time
    for (char c : data) RETURN_IF_ERROR(out->Write(std::string_view(&c, 1)));
  }
  return out->Close();
}

Status ReadBack(client::FileSystem& fs, const Case& test, const std::string& data) {
  client::OpenOptions options;
  options.read_type = static_cast<ReadType>(test.read_type.value);
  ASSIGN_OR_RETURN(std::unique_ptr<client::FileInStream> in, fs.OpenFile(test.path, options));
  size_t step = test.operation.value == 0 ? data.size() + 1 : 1;
  std::string buffer(step, '\0');
  std::string got;
  while (got.size() <= data.size()) {
    ASSIGN_OR_RETURN(size_t count, in->Read(buffer));
    if (count == 0) break;
    got.append(buffer, 0, count);
  }
  if (got == data) return OkStatus();
  return DataLoss(fmt::format("{}: read {} bytes that are not the {} bytes written", test.path,
                              got.size(), data.size()));
}

bool RunCase(client::FileSystem& fs, const Case& test, Printer& printer) {
  std::string data = TestData();
  Status done = Write(fs, test, data);
  if (done.ok()) done = ReadBack(fs, test, data);
  if (!done.ok()) printer.ErrorLine("Exception running test: {}", done.ToString());
  printer.Line("{}", done.ok() ? "\x1b[32mPassed the test!\x1b[0m"
                               : "\x1b[31mFailed the test!\x1b[0m");
  return done.ok();
}

Status EmptyFolder(client::FileSystem& fs, const std::string& folder) {
  ASSIGN_OR_RETURN(bool exists, fs.Exists(folder));
  if (!exists) return OkStatus();
  DeleteOptions options;
  options.recursive = true;
  options.unchecked = true;
  return fs.Delete(folder, options);
}

Result<std::vector<Case>> Cases(const ParsedArgs& args) {
  ASSIGN_OR_RETURN(std::string directory, CleanPath(args.Value("directory", "/")));
  ASSIGN_OR_RETURN(std::vector<Named> operations, Chosen(kOperations, args, "operation"));
  ASSIGN_OR_RETURN(std::vector<Named> read_types, Chosen(kReadTypes, args, "readType"));
  ASSIGN_OR_RETURN(std::vector<Named> write_types, Chosen(kWriteTypes, args, "writeType"));
  std::string folder = JoinPath(directory, kFolderName);
  std::vector<Case> cases;
  for (const Named& operation : operations) {
    for (const Named& read : read_types) {
      for (const Named& write : write_types) {
        std::string name = fmt::format("{}_{}_{}", operation.name, read.name, write.name);
        cases.push_back({operation, read, write, JoinPath(folder, name)});
      }
    }
  }
  return cases;
}

}  // namespace

int RunTests(const std::vector<std::string>& words, client::FileSystem& fs, Printer& printer) {
  std::vector<Option> options = {
      {"", "directory", "Alluxio path for the tests working directory. Default: /", true},
      {"", "operation", "the operation to test, either BASIC or BASIC_NON_BYTE_BUFFER", true},
      {"", "readType", "the read type to use, one of NO_CACHE, CACHE, CACHE_PROMOTE", true},
      {"", "writeType",
       "the write type to use, one of MUST_CACHE, CACHE_THROUGH, THROUGH, ASYNC_THROUGH", true},
      {"", "workers", "Alluxio worker addresses to run tests on", true}};
  Result<ParsedArgs> args = ParseOptions(options, words);
  Result<std::vector<Case>> cases = args.ok() ? Cases(*args) : args.status();
  if (cases.ok() && args->Has("workers")) {
    cases = FailedPrecondition("--workers is not supported by this release");
  }
  if (!cases.ok()) {
    printer.ErrorLine("{}", cases.status().message());
    return -1;
  }
  std::string folder(ParentPath(cases->front().path));
  if (Status emptied = EmptyFolder(fs, folder); !emptied.ok()) {
    printer.ErrorLine("{}", emptied.message());
    return -1;
  }
  int failed = 0;
  for (const Case& test : *cases) {
    printer.Line("runTest --operation {} --readType {} --writeType {}", test.operation.name,
                 test.read_type.name, test.write_type.name);
    if (!RunCase(fs, test, printer)) ++failed;
    printer.out().flush();
  }
  if (failed > 0) printer.Line("Number of failed tests: {}", failed);
  return failed;
}

}  // namespace alluxio::cli
