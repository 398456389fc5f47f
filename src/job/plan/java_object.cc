#include "job/plan/java_object.h"

#include "job/plan/java_text.h"

namespace alluxio::job {
namespace {

void AppendNumber(int64_t value, int size, std::string* out) {
  for (int i = size - 1; i >= 0; --i) {
    *out += static_cast<char>(static_cast<uint64_t>(value) >> (8 * i) & 0xff);
  }
}

std::string Name(std::string_view text) {
  std::string java = ToJavaText(text);
  std::string out;
  AppendNumber(static_cast<int64_t>(java.size()), 2, &out);
  return out + java;
}

std::string StringObject(std::string_view text) {
  std::string java = ToJavaText(text);
  std::string out(1, java.size() <= 0xffff ? '\x74' : '\x7C');
  AppendNumber(static_cast<int64_t>(java.size()), java.size() <= 0xffff ? 2 : 8, &out);
  return out + java;
}

// A descriptor without fields; what is repeated in a stream may be written in full each time.
std::string Description(std::string_view name, int64_t serial, char flags, std::string super) {
  std::string out = "\x72" + Name(name);
  AppendNumber(serial, 8, &out);
  out += flags;
  out.append(2, '\0');
  return out + '\x78' + super;
}

}  // namespace

JavaRef FieldOf(const JavaRef& object, const std::string& name) {
  if (object == nullptr) return nullptr;
  auto found = object->fields.find(name);
  return found == object->fields.end() ? nullptr : found->second;
}

std::string TextOf(const JavaRef& object) { return object == nullptr ? "" : object->text; }

int64_t NumberOf(const JavaRef& object, int64_t fallback) {
  if (object == nullptr) return fallback;
  if (object->kind == JavaObject::Kind::kNumber) return object->number;
  return NumberOf(FieldOf(object, "value"), fallback);
}

std::vector<std::string> TextsOf(const JavaRef& object) {
  std::vector<std::string> texts;
  if (object == nullptr) return texts;
  for (const JavaRef& element : object->elements) {
    if (element != nullptr && element->kind == JavaObject::Kind::kString) {
      texts.push_back(element->text);
    }
  }
  // A form that holds an array, a wrapped collection, or the one element of a singleton.
  for (const char* inner : {"elements", "a", "c"}) {
    for (std::string& text : TextsOf(FieldOf(object, inner))) texts.push_back(std::move(text));
  }
  const JavaRef only = FieldOf(object, "element");
  if (only != nullptr && only->kind == JavaObject::Kind::kString) texts.push_back(only->text);
  return texts;
}

std::map<std::string, JavaRef> PairsOf(const JavaRef& object) {
  std::map<std::string, JavaRef> pairs;
  if (object == nullptr) return pairs;
  for (size_t i = 0; i + 1 < object->elements.size(); i += 2) {
    pairs[TextOf(object->elements[i])] = object->elements[i + 1];
  }
  return pairs;
}

void JavaObjectWriter::Int(const std::string& name, int32_t value) {
  Field field{'I', "", ""};
  AppendNumber(value, 4, &field.bytes);
  primitives_[name] = std::move(field);
}

void JavaObjectWriter::Long(const std::string& name, int64_t value) {
  Field field{'J', "", ""};
  AppendNumber(value, 8, &field.bytes);
  primitives_[name] = std::move(field);
}

void JavaObjectWriter::Bool(const std::string& name, bool value) {
  primitives_[name] = {'Z', "", std::string(1, value ? '\1' : '\0')};
}

void JavaObjectWriter::Text(const std::string& name, std::string value) {
  objects_[name] = {'L', "Ljava/lang/String;", StringObject(value)};
}

void JavaObjectWriter::TextSet(const std::string& name, std::vector<std::string> values) {
  constexpr int64_t kHashSetSerial = -5024744406713321676;
  constexpr int32_t kLoadFactor = 0x3f400000;  // 0.75
  int32_t buckets = 16;
  while (static_cast<size_t>(buckets) * 3 / 4 < values.size()) buckets *= 2;
  std::string set = "\x73" + Description("java.util.HashSet", kHashSetSerial, 0x03, "\x70");
  set += "\x77\x0c";
  AppendNumber(buckets, 4, &set);
  AppendNumber(kLoadFactor, 4, &set);
  AppendNumber(static_cast<int64_t>(values.size()), 4, &set);
  for (const std::string& value : values) set += StringObject(value);
  set += '\x78';
  objects_[name] = {'L', "Ljava/util/Set;", std::move(set)};
}

void JavaObjectWriter::Enum(const std::string& name, const std::string& type, std::string word) {
  std::string signature = "L" + type + ";";
  for (char& c : signature) c = c == '.' ? '/' : c;
  std::string base = Description("java.lang.Enum", 0, 0x12, "\x70");
  objects_[name] = {'L', std::move(signature),
                    "\x7E" + Description(type, 0, 0x12, std::move(base)) + StringObject(word)};
}

std::string JavaObjectWriter::Finish() const {
  std::string out = "\xAC\xED";
  out += '\0';
  out += "\x05\x73\x72" + Name(class_name_);
  AppendNumber(serial_version_, 8, &out);
  out += '\x02';
  AppendNumber(static_cast<int64_t>(primitives_.size() + objects_.size()), 2, &out);
  for (const auto& [name, field] : primitives_) out += field.type + Name(name);
  for (const auto& [name, field] : objects_) {
    out += field.type + Name(name) + StringObject(field.signature);
  }
  out += "\x78\x70";
  for (const auto& [name, field] : primitives_) out += field.bytes;
  for (const auto& [name, field] : objects_) out += field.bytes;
  return out;
}

}  // namespace alluxio::job
