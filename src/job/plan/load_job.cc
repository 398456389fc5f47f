#include "job/plan/load_job.h"

#include <fmt/core.h>

#include "job/plan/java_object.h"
#include "job/plan/java_text.h"

namespace alluxio::job {
namespace {

constexpr char kClass[] = "alluxio.job.LoadJobRequest";
// What Java writes before the bytes of the options, and between them and the path.
constexpr char kBeforeOptions[] =
    "aced00057372001a616c6c7578696f2e6a6f622e4c6f61644a6f6252657175657374c716bcd55b627e370200"
    "024c00086d4f7074696f6e7374001e4c616c6c7578696f2f677270632f4c6f61644a6f62504f7074696f6e73"
    "3b4c00056d506174687400124c6a6176612f6c616e672f537472696e673b787073720037636f6d2e676f6f67"
    "6c652e70726f746f6275662e47656e6572617465644d6573736167654c6974652453657269616c697a656446"
    "6f726d00000000000000000200035b0007617342797465737400025b424c000c6d657373616765436c617373"
    "7400114c6a6176612f6c616e672f436c6173733b4c00106d657373616765436c6173734e616d6571007e0002"
    "7870757200025b42acf317f8060854e00200007870";
constexpr char kBeforePath[] =
    "7672001c616c6c7578696f2e677270632e4c6f61644a6f62504f7074696f6e7300000000000000000200054a"
    "000a62616e6477696474685f49000a6269744669656c64305f4200156d656d6f697a65644973496e69746961"
    "6c697a65645a000f7061727469616c4c697374696e675f5a00077665726966795f78720026636f6d2e676f6f"
    "676c652e70726f746f6275662e47656e6572617465644d657373616765563300000000000000010200014c00"
    "0d756e6b6e6f776e4669656c64737400254c636f6d2f676f6f676c652f70726f746f6275662f556e6b6e6f77"
    "6e4669656c645365743b787074001c616c6c7578696f2e677270632e4c6f61644a6f62504f7074696f6e7374";

std::string FromHex(std::string_view hex) {
  auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  std::string bytes;
  for (size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(digit(hex[i]) * 16 + digit(hex[i + 1]));
  }
  return bytes;
}

std::string BigEndian(size_t value, int bytes) {
  std::string text;
  for (int i = bytes - 1; i >= 0; --i) text += static_cast<char>(value >> (8 * i));
  return text;
}

}  // namespace

Result<LoadJobBytes> ReadLoadJob(std::string_view java) {
  ASSIGN_OR_RETURN(JavaRef object, ReadJavaObject(java));
  if (object == nullptr || object->class_name != kClass) {
    return FailedPrecondition(fmt::format("jobs of class {} are not served: only load jobs are",
                                     object == nullptr ? "null" : object->class_name));
  }
  LoadJobBytes job;
  job.path = TextOf(FieldOf(object, "mPath"));
  job.options = TextOf(FieldOf(FieldOf(object, "mOptions"), "asBytes"));
  if (job.path.empty()) return InvalidArgument("a load job without path");
  return job;
}

std::string WriteLoadJob(const LoadJobBytes& job) {
  std::string path = ToJavaText(job.path);
  return FromHex(kBeforeOptions) + BigEndian(job.options.size(), 4) + job.options +
         FromHex(kBeforePath) + BigEndian(path.size(), 2) + path;
}

}  // namespace alluxio::job
