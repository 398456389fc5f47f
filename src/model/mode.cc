#include "model/mode.h"

namespace alluxio {

std::string BitsText(Bits bits) {
  std::string text = "---";
  if (Implies(bits, Bits::kRead)) text[0] = 'r';
  if (Implies(bits, Bits::kWrite)) text[1] = 'w';
  if (Implies(bits, Bits::kExecute)) text[2] = 'x';
  return text;
}

std::string ModeText(Mode mode) {
  return BitsText(mode.owner()) + BitsText(mode.group()) + BitsText(mode.other());
}

}  // namespace alluxio
