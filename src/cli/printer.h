// Printer: where a command writes. Tests hand in string streams.
#pragma once

#include <fmt/core.h>

#include <ostream>
#include <string_view>
#include <utility>

namespace alluxio::cli {

class Printer {
 public:
  // The streams are not owned and outlive the printer. `terminal`: a person watches `err`, so
  // progress may be drawn there.
  Printer(std::ostream& out, std::ostream& err, bool terminal)
      : out_(out), err_(err), terminal_(terminal) {}

  // One formatted piece on standard output, without a line end.
  template <typename... Args>
  void Print(fmt::format_string<Args...> format, Args&&... args) {
    out_ << fmt::format(format, std::forward<Args>(args)...);
  }
  // The same with a line end.
  template <typename... Args>
  void Line(fmt::format_string<Args...> format, Args&&... args) {
    out_ << fmt::format(format, std::forward<Args>(args)...) << '\n';
  }
  template <typename... Args>
  void ErrorLine(fmt::format_string<Args...> format, Args&&... args) {
    out_.flush();
    err_ << fmt::format(format, std::forward<Args>(args)...) << '\n';
  }
  void Raw(std::string_view bytes) {
    out_.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  }

  std::ostream& out() { return out_; }
  std::ostream& err() { return err_; }
  bool terminal() const { return terminal_; }

 private:
  std::ostream& out_;
  std::ostream& err_;
  const bool terminal_;
};

}  // namespace alluxio::cli
