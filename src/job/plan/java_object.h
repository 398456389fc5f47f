// JavaObject: what a Java serialization stream holds, read without Java: names of classes, their
// fields, and what collections wrote. Nothing is instantiated by name, so a stream can do no more
// than be wrong. Immutable once read.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace alluxio::job {

struct JavaObject;
using JavaRef = std::shared_ptr<const JavaObject>;  // null is Java's null

struct JavaObject {
  enum class Kind { kString, kNumber, kEnum, kArray, kObject, kClass };
  Kind kind = Kind::kObject;
  std::string class_name;                // "java.util.HashSet", "[B"
  std::string text;                      // kString, the word of kEnum, the bytes of kArray of bytes
  int64_t number = 0;                    // integers, booleans and chars; 0 for floats
  std::map<std::string, JavaRef> fields;  // of the class and those it extends
  std::vector<JavaRef> elements;         // of an array; what a class wrote beside its fields
};

// INVALID_ARGUMENT for what is no such stream, is nested too deeply, or refers to itself.
Result<JavaRef> ReadJavaObject(std::string_view stream);

// Field `name` of `object`; null when either is not there.
JavaRef FieldOf(const JavaRef& object, const std::string& name);
// "" for null; the text of a string or enum.
std::string TextOf(const JavaRef& object);
// Of a number, also a boxed one; `fallback` for null.
int64_t NumberOf(const JavaRef& object, int64_t fallback);
// The strings of a set or list of java.util or Guava; empty for null.
std::vector<std::string> TextsOf(const JavaRef& object);
// Pairs of a map of java.util.
std::map<std::string, JavaRef> PairsOf(const JavaRef& object);

// Writes one object of a class without superclass: fields first by kind, then by name, as Java's
// own descriptors list them.
class JavaObjectWriter {
 public:
  JavaObjectWriter(std::string class_name, int64_t serial_version)
      : class_name_(std::move(class_name)), serial_version_(serial_version) {}

  void Int(const std::string& name, int32_t value);
  void Long(const std::string& name, int64_t value);
  void Bool(const std::string& name, bool value);
  void Text(const std::string& name, std::string value);
  void TextSet(const std::string& name, std::vector<std::string> values);  // a java.util.HashSet
  void Enum(const std::string& name, const std::string& type, std::string word);

  std::string Finish() const;

 private:
  struct Field {
    char type;              // as in a descriptor: I J Z L
    std::string signature;  // of type L: "Ljava/lang/String;"
    std::string bytes;      // the value as the stream has it
  };
  const std::string class_name_;
  const int64_t serial_version_;
  std::map<std::string, Field> primitives_;
  std::map<std::string, Field> objects_;
};

}  // namespace alluxio::job
