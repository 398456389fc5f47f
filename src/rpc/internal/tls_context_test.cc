// What an operator is told when the files of TLS are not what they should be.
#include "rpc/internal/tls_context.h"

#include <gmock/gmock.h>
#include <grpcpp/channel.h>
#include <gtest/gtest.h>
#include <openssl/crypto.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

#include "env/disk.h"
#include "rpc/internal/connections.h"
#include "tests/fixtures/test_certificates.h"

namespace alluxio::rpc {
namespace {

using testing::AllOf;
using testing::HasSubstr;

std::string ServerFault(const TlsOptions& options) {
  return TlsContext::ForServer(options).status().message();
}

TEST(TlsContextTest, GoodFilesAreTaken) {
  const TestCertificates good;
  EXPECT_TRUE(TlsContext::ForServer(good.ForServer()).ok());
  EXPECT_TRUE(TlsContext::ForClient(good.ForClient()).ok());
  EXPECT_TRUE(TlsContext::ForClient({.enabled = true}).ok());  // whom the system trusts
}

// Threads of event loops may still end connections while exit() runs, so the library must not
// clean up there. In a process of its own, where it has not been used before.
TEST(TlsContextTest, TheLibraryStaysToTheEndOfTheProcess) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        if (!TlsContext::ForClient({.enabled = true}).ok()) _exit(2);
        OPENSSL_atexit([] { _exit(3); });
        std::exit(0);
      },
      testing::ExitedWithCode(0), "");
  EXPECT_EXIT(
      {
        ChannelOptions options;
        options.host = "localhost";
        options.port = 1;
        options.tls.enabled = true;
        auto opened = SharedConnection(options);
        if (!opened.ok()) _exit(2);
        (*opened)->GetState(/*try_to_connect=*/true);
        OPENSSL_atexit([] { _exit(3); });
        std::exit(0);
      },
      testing::ExitedWithCode(0), "");
}

TEST(TlsContextTest, ErrorsNameThePropertyTheFileAndTheWayOut) {
  const TestCertificates good;
  const TestCertificates other;
  TlsOptions options = good.ForServer();
  options.certificate_path = "";
  EXPECT_THAT(ServerFault(options),
              HasSubstr("alluxio.network.tls.certificate.path is not set"));
  options.certificate_path = good.path("none.pem");
  EXPECT_THAT(ServerFault(options),
              AllOf(HasSubstr("alluxio.network.tls.certificate.path=" + good.path("none.pem")),
                    HasSubstr("No such file")));
  options = good.ForServer();
  options.key_path = other.path("server.key");
  EXPECT_THAT(ServerFault(options),
              AllOf(HasSubstr("alluxio.network.tls.key.path=" + options.key_path),
                    HasSubstr("is not the key of " + options.certificate_path)));
  options.key_path = "/proc/self/cmdline";
  EXPECT_THAT(ServerFault(options), HasSubstr("is not in PEM format"));
  options.key_path = "/proc/self";  // a folder
  EXPECT_THAT(ServerFault(options), HasSubstr("alluxio.network.tls.key.path=/proc/self: "));
  TlsOptions client = good.ForClient();
  client.ca_path = good.path("ca.key");
  EXPECT_THAT(TlsContext::ForClient(client).status().message(),
              AllOf(HasSubstr("alluxio.network.tls.ca.path=" + client.ca_path),
                    HasSubstr("has no certificate")));
}

TEST(TlsContextTest, CertificatesOutOfDateStopTheStart) {
  const TestCertificates expired({.from_days = -20, .until_days = -3});
  EXPECT_THAT(ServerFault(expired.ForServer()),
              AllOf(HasSubstr(expired.path("server.pem")), HasSubstr("has expired on")));
  const TestCertificates early({.from_days = 3, .until_days = 20});
  EXPECT_THAT(ServerFault(early.ForServer()),
              AllOf(HasSubstr(early.path("server.pem")), HasSubstr("is not valid before")));
}

TEST(TlsContextTest, FilesThatMayNotBeReadAreNamed) {
  if (::geteuid() == 0) GTEST_SKIP() << "root reads everything";
  const TestCertificates good;
  ASSERT_EQ(::chmod(good.path("server.key").c_str(), 0), 0);
  EXPECT_THAT(ServerFault(good.ForServer()),
              AllOf(HasSubstr(good.path("server.key")), HasSubstr("must be able to read it")));
}

}  // namespace
}  // namespace alluxio::rpc
