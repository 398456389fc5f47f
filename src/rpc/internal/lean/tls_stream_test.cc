// Both ends of TLS in memory: what goes well, and what hostile or mistaken peers send.
#include "rpc/internal/lean/tls_stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "tests/fixtures/test_certificates.h"

namespace alluxio::rpc {
namespace {

using testing::HasSubstr;

std::string Take(OutputQueue& output) {
  std::string all;
  while (!output.empty()) {
    iovec vector;
    output.Fill(&vector, 1);
    all.append(static_cast<char*>(vector.iov_base), vector.iov_len);
    output.Consume(vector.iov_len);
  }
  return all;
}

// Everything readable; the reason when it ends.
std::string ReadAll(TlsStream& stream, Status* why) {
  std::string all;
  char buffer[1000];
  while (true) {
    Result<size_t> got = stream.Read(buffer);
    if (!got.ok()) *why = got.status();
    if (!got.ok() || *got == 0) return all;
    all.append(buffer, *got);
  }
}

class TlsStreamTest : public testing::Test {
 protected:
  static const TestCertificates& Files() {
    static const TestCertificates files;
    return files;
  }
  TlsStream Server(const TestCertificates& files = Files()) {
    auto& known = contexts_[&files];
    if (known == nullptr) known = *TlsContext::ForServer(files.ForServer());
    return TlsStream(known, "");
  }
  TlsStream Client(const std::string& host) {
    return TlsStream(*TlsContext::ForClient(Files().ForClient()), host);
  }
  // Until neither has anything to say; in pieces of `step`.
  void Talk(TlsStream& client, TlsStream& server, size_t step = 1 << 20) {
    for (int round = 0; round < 20; ++round) {
      const std::string there = Take(client.output());
      for (size_t at = 0; at < there.size(); at += step) {
        server.Feed(std::string_view(there).substr(at, step));
        server_got += ReadAll(server, &server_end);
      }
      const std::string back = Take(server.output());
      for (size_t at = 0; at < back.size(); at += step) {
        client.Feed(std::string_view(back).substr(at, step));
        client_got += ReadAll(client, &client_end);
      }
      if (there.empty() && back.empty()) return;
    }
  }

  std::map<const TestCertificates*, std::shared_ptr<const TlsContext>> contexts_;
  std::string client_got;
  std::string server_got;
  Status client_end;
  Status server_end;
};

TEST_F(TlsStreamTest, BytesArriveInAnyPieces) {
  for (size_t step : {size_t{1}, size_t{7}, size_t{5000}, size_t{1} << 20}) {
    for (const char* host : {"localhost", "127.0.0.1"}) {
      TlsStream server = Server();
      TlsStream client = Client(host);
      client_got.clear();
      server_got.clear();
      Talk(client, server, step);
      ASSERT_TRUE(client.ready() && server.ready()) << client_end << server_end;
      const std::string text(TlsStream::kRecordBytes, 'x');
      ASSERT_TRUE(client.Write(text).ok());
      ASSERT_TRUE(client.Write("!").ok());
      ASSERT_TRUE(server.Write("answer").ok());
      Talk(client, server, step);
      EXPECT_EQ(server_got, text + "!");
      EXPECT_EQ(client_got, "answer");
      client.End();
      Talk(client, server, step);
      EXPECT_THAT(server_end.message(), HasSubstr("closed by the peer"));
    }
  }
}

TEST_F(TlsStreamTest, AServerWithAnotherNameIsNotSpokenTo) {
  TlsStream server = Server();
  TlsStream client = Client("another.host");
  Talk(client, server);
  EXPECT_FALSE(client.ready());
  EXPECT_THAT(client_end.message(), HasSubstr("does not name another.host"));
}

// OpenSSL takes an empty name for "any".
TEST_F(TlsStreamTest, WithoutAUsableNameNobodyIsSpokenTo) {
  for (const std::string& host : {std::string(), std::string("local\0host", 10),
                                  std::string(300, 'x')}) {
    TlsStream server = Server();
    TlsStream client = Client(host);
    EXPECT_TRUE(client.output().empty()) << host.size();
    Talk(client, server);
    char byte = 0;
    Result<size_t> got = client.Read(std::span(&byte, 1));
    ASSERT_FALSE(got.ok()) << host.size();
    EXPECT_THAT(got.status().message(), HasSubstr("no name a certificate can have"));
  }
}

TEST_F(TlsStreamTest, AServerThatNobodyTrustedSignedIsNotSpokenTo) {
  const TestCertificates strangers;
  TlsStream server = Server(strangers);
  TlsStream client = Client("localhost");
  Talk(client, server);
  EXPECT_FALSE(client.ready());
  EXPECT_THAT(client_end.message(), HasSubstr("alluxio.network.tls.ca.path"));
  EXPECT_FALSE(server_end.ok());  // it was told
}

TEST_F(TlsStreamTest, PlainHttp2IsCalledWhatItIs) {
  TlsStream server = Server();
  server.Feed("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
  char buffer[100];
  Result<size_t> got = server.Read(buffer);
  ASSERT_FALSE(got.ok());
  EXPECT_THAT(got.status().message(), HasSubstr("alluxio.network.tls.enabled"));
  TlsStream client = Client("localhost");
  client.Feed(std::string("\0\0\x0c\4\0\0\0\0\0\0\3\0\0\0\x64\0\4\0\x10\0\0", 21));
  got = client.Read(buffer);
  ASSERT_FALSE(got.ok());
  EXPECT_THAT(got.status().message(), HasSubstr("alluxio.network.tls.enabled"));
}

TEST_F(TlsStreamTest, HostileBytesEndTheConnectionInBoundedMemory) {
  // A hello that was damaged at each of its places, and endless records of nothing.
  TlsStream honest = Client("localhost");
  const std::string hello = Take(honest.output());
  char buffer[1000];
  for (size_t at = 0; at < hello.size(); ++at) {
    std::string damaged = hello;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x55);
    TlsStream server = Server();
    server.Feed(damaged);
    Result<size_t> got = server.Read(buffer);
    EXPECT_TRUE(!got.ok() || *got == 0);
    EXPECT_FALSE(server.ready());
    EXPECT_LT(server.output().size(), 64u * 1024) << at;
  }
  TlsStream server = Server();
  const std::string empty("\x16\x03\x01\0\0", 5);
  int records = 0;
  bool good = true;
  while (good && records < 100000) {
    server.Feed(empty);
    good = server.Read(buffer).ok();
    ++records;
  }
  EXPECT_LT(records, 1000);
}

}  // namespace
}  // namespace alluxio::rpc
