// wire-poke: what a broken or hostile client sends, for the tests of bad input.
//
//   wire-poke <port> unary <method path> <hex request>    prints "CODE: message"
//   (a request of "-" is read from stdin: an argument holds 128 KB at most)
//   wire-poke <port> abandon-write <block id> <bytes>     writes half a block and vanishes
//   wire-poke <port> abandon-read <block id>              opens a block and vanishes
//   wire-poke <port> stream <method path> <hex message>   sends one message, prints how it ended
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string>

#include "proto/grpc/block_worker.pb.h"
#include "rpc/channel.h"

namespace {

using namespace alluxio;  // NOLINT: one small program

constexpr Duration kTimeout = std::chrono::seconds(20);
constexpr char kWorker[] = "/alluxio.grpc.block.BlockWorker/";

std::string FromHex(const std::string& hex) {
  std::string bytes;
  for (size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  }
  return bytes;
}

int Unary(rpc::Channel& channel, const std::string& method, const std::string& hex) {
  // Blocking by hand: the request is not a message of ours.
  auto stream = channel.OpenStream(method);
  Status status = stream.status();
  if (stream.ok()) {
    status = (*stream)->Send(FromHex(hex), Bytes());
    if (status.ok()) status = (*stream)->HalfClose();
    while (status.ok()) {
      auto message = (*stream)->Receive(kTimeout);
      status = message.status();
      if (message.ok() && !message->has_value()) break;
    }
  }
  printf("%s\n", status.ToString().c_str());
  return 0;
}

int AbandonWrite(rpc::Channel& channel, int64_t block, int64_t bytes) {
  auto stream = channel.OpenStream(std::string(kWorker) + "WriteBlock");
  if (!stream.ok()) return 1;
  grpc::block::WriteRequest init;
  init.mutable_command()->set_type(grpc::block::RequestType::ALLUXIO_BLOCK);
  init.mutable_command()->set_id(block);
  init.mutable_command()->set_space_to_reserve(bytes * 2);
  if (!SendMessage(**stream, init).ok()) return 1;
  grpc::block::WriteRequest chunk;
  chunk.mutable_chunk()->set_data(std::string(static_cast<size_t>(bytes), 'x'));
  if (!SendMessage(**stream, chunk).ok()) return 1;
  grpc::block::WriteRequest flush;
  *flush.mutable_command() = init.command();
  flush.mutable_command()->set_offset(bytes);
  flush.mutable_command()->set_flush(true);
  if (!SendMessage(**stream, flush).ok()) return 1;
  auto answer = (*stream)->Receive(kTimeout);
  printf("%s\n", answer.ok() ? "FLUSHED" : answer.status().ToString().c_str());
  fflush(stdout);
  _exit(0);  // no half-close, no cancel: the connection just breaks
}

int AbandonRead(rpc::Channel& channel, int64_t block) {
  auto stream = channel.OpenStream(std::string(kWorker) + "OpenLocalBlock");
  if (!stream.ok()) return 1;
  grpc::block::OpenLocalBlockRequest request;
  request.set_block_id(block);
  if (!SendMessage(**stream, request).ok()) return 1;
  auto answer = (*stream)->Receive(kTimeout);
  printf("%s\n", answer.ok() ? "OPENED" : answer.status().ToString().c_str());
  fflush(stdout);
  _exit(0);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    fprintf(stderr, "usage: wire-poke <port> unary|stream|abandon-write|abandon-read ...\n");
    return 2;
  }
  rpc::ChannelOptions options;
  options.host = "localhost";
  options.port = atoi(argv[1]);
  auto channel = rpc::Channel::Create(options);
  const std::string what = argv[2];
  if (what == "abandon-write" && argc > 4) {
    return AbandonWrite(*channel, atoll(argv[3]), atoll(argv[4]));
  }
  if (what == "abandon-read") return AbandonRead(*channel, atoll(argv[3]));
  std::string request = argc > 4 ? argv[4] : "";
  if (request == "-") std::getline(std::cin, request);
  return Unary(*channel, argv[3], request);
}
