#include "master/service/audit_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace alluxio::master {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

class FakeCall final : public rpc::Call {
 public:
  FakeCall() { user_.name = "ann"; }
  const std::string& method() const override { return method_; }
  const auth::User& user() const override { return user_; }
  const std::string& peer() const override { return peer_; }
  bool cancelled() const override { return false; }

 private:
  const std::string method_ = "/x/Y";
  const std::string peer_ = "ipv4:10.0.0.1:4000";
  auth::User user_;
};

class AuditLogTest : public ::testing::Test {
 protected:
  std::string LineOf(const AuditEvent& event) {
    LogFileOptions options;
    options.path = testing::TempDir() + "audit_log_test/master_audit.log";
    std::filesystem::remove_all(testing::TempDir() + "audit_log_test");
    auto lines = LineLog::Open(options, "AUDIT_LOG");
    EXPECT_TRUE(lines.ok()) << lines.status();
    AuditParts parts;
    parts.authentication = "SIMPLE";
    parts.primary_group = [](const std::string& user) { return user + "s"; };
    parts.permission = [this](const std::string& path) {
      asked_ = path;
      return std::optional<std::string>("o:g:rwx------");
    };
    AuditLog(*std::move(lines), parts).Write(FakeCall(), event);
    std::ifstream file(options.path);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
  }
  std::string asked_;
};

TEST_F(AuditLogTest, ALineHasTheFieldsOf29) {
  EXPECT_THAT(LineOf({"mkdir", "/a", "", true, true, std::chrono::microseconds(42)}),
              EndsWith(" INFO  AUDIT_LOG - succeeded=true\tallowed=true\tugi=ann,anns (AUTH=SIMPLE)"
                       "\tip=/10.0.0.1:4000\tcmd=mkdir\tsrc=/a\tdst=null\tperm=o:g:rwx------"
                       "\texecutionTimeUs=42\tproto=rpc\n"));
  EXPECT_EQ(asked_, "/a");
}

TEST_F(AuditLogTest, PermissionsAreThoseOfWhatIsThereAfterwards) {
  LineOf({"rename", "/a", "/b", true, true, {}});
  EXPECT_EQ(asked_, "/b");
  asked_.clear();
  EXPECT_THAT(LineOf({"delete", "/a", "", true, true, {}}), HasSubstr("\tperm=null\t"));
  EXPECT_THAT(LineOf({"getFileInfo", "/a", "", false, false, {}}),
              HasSubstr("succeeded=false\tallowed=false\t"));
  EXPECT_EQ(asked_, "");
}

TEST_F(AuditLogTest, ANameCannotForgeALine) {
  EXPECT_THAT(LineOf({"mkdir", "/a\n\tsucceeded=true", "", true, true, {}}),
              HasSubstr("src=/a\\x0a\\x09succeeded=true\t"));
}

TEST(JavaAddressTest, ShowsAddressesAsJava) {
  EXPECT_EQ(JavaAddress("ipv4:1.2.3.4:5"), "/1.2.3.4:5");
  EXPECT_EQ(JavaAddress("ipv6:[::1]:5"), "/[::1]:5");
  EXPECT_EQ(JavaAddress("unknown"), "unknown");
}

}  // namespace
}  // namespace alluxio::master
