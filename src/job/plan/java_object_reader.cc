// The grammar is that of "Java Object Serialization Specification", section 6.
#include <fmt/core.h>

#include "job/plan/java_object.h"
#include "job/plan/java_text.h"

namespace alluxio::job {
namespace {

constexpr int kMaxDepth = 64;
constexpr int32_t kFirstHandle = 0x7E0000;

// Marks of the stream.
enum Mark : uint8_t {
  kNull = 0x70,
  kReference = 0x71,
  kClassDescription = 0x72,
  kObject = 0x73,
  kString = 0x74,
  kArray = 0x75,
  kClass = 0x76,
  kBlockData = 0x77,
  kEndBlockData = 0x78,
  kBlockDataLong = 0x7A,
  kLongString = 0x7C,
  kEnum = 0x7E,
};
enum Flag : uint8_t {
  kWritesMore = 0x01,
  kSerializable = 0x02,
  kExternalizable = 0x04,
  kBlocks = 0x08,
};

struct FieldDescription {
  char type;
  std::string name;
};
struct ClassDescription {
  std::string name;
  uint8_t flags = 0;
  std::vector<FieldDescription> fields;
  std::shared_ptr<const ClassDescription> super;
};
using ClassRef = std::shared_ptr<const ClassDescription>;

class Reader {
 public:
  explicit Reader(std::string_view stream) : left_(stream) {}

  Result<JavaRef> Run() {
    ASSIGN_OR_RETURN(int64_t magic, Number(4));
    if (magic != static_cast<int32_t>(0xACED0005)) return Wrong("no Java object");
    ASSIGN_OR_RETURN(JavaRef object, Content(0));
    if (!left_.empty()) return Wrong("bytes after the object");
    return object;
  }

 private:
  // What a handle stands for: an object, or a class. Null while it is being read.
  struct Known {
    JavaRef object;
    ClassRef description;
  };

  static Status Wrong(std::string_view what) {
    return InvalidArgument(fmt::format("Java serialization: {}", what));
  }

  Result<std::string_view> Take(size_t size) {
    if (size > left_.size()) return Wrong("ends too early");
    std::string_view taken = left_.substr(0, size);
    left_.remove_prefix(size);
    return taken;
  }
  Result<int64_t> Number(size_t size) {
    ASSIGN_OR_RETURN(std::string_view bytes, Take(size));
    uint64_t value = 0;
    for (char c : bytes) value = value << 8 | static_cast<uint8_t>(c);
    if (size == 8) return static_cast<int64_t>(value);
    const unsigned shift = 64 - 8 * static_cast<unsigned>(size);
    return static_cast<int64_t>(value << shift) >> shift;
  }
  Result<uint8_t> Byte() {
    ASSIGN_OR_RETURN(std::string_view byte, Take(1));
    return static_cast<uint8_t>(byte[0]);
  }
  Result<std::string> Text(size_t size_bytes) {
    ASSIGN_OR_RETURN(int64_t size, Number(size_bytes));
    if (size_bytes == 2) size &= 0xffff;
    if (size < 0) return Wrong("a length below 0");
    ASSIGN_OR_RETURN(std::string_view text, Take(static_cast<size_t>(size)));
    return FromJavaText(text);
  }

  size_t NewHandle() {
    known_.emplace_back();
    return known_.size() - 1;
  }
  Result<Known> Referenced() {
    ASSIGN_OR_RETURN(int64_t handle, Number(4));
    handle -= kFirstHandle;
    if (handle < 0 || handle >= static_cast<int64_t>(known_.size())) return Wrong("unknown handle");
    const Known& known = known_[static_cast<size_t>(handle)];
    if (known.object == nullptr && known.description == nullptr) {
      return Wrong("an object that refers to itself");
    }
    return known;
  }

  Result<ClassRef> Description(int depth) {
    if (depth > kMaxDepth) return Wrong("nested too deeply");
    ASSIGN_OR_RETURN(uint8_t mark, Byte());
    if (mark == kNull) return ClassRef();
    if (mark == kReference) {
      ASSIGN_OR_RETURN(Known known, Referenced());
      if (known.description == nullptr) return Wrong("a handle that is no class");
      return known.description;
    }
    if (mark != kClassDescription) return Wrong(fmt::format("mark {} for a class", mark));
    auto made = std::make_shared<ClassDescription>();
    ASSIGN_OR_RETURN(made->name, Text(2));
    RETURN_IF_ERROR(Number(8).status());
    const size_t handle = NewHandle();
    ASSIGN_OR_RETURN(made->flags, Byte());
    ASSIGN_OR_RETURN(int64_t count, Number(2));
    for (int64_t i = 0; i < count; ++i) {
      FieldDescription field;
      ASSIGN_OR_RETURN(uint8_t type, Byte());
      field.type = static_cast<char>(type);
      ASSIGN_OR_RETURN(field.name, Text(2));
      if (field.type == 'L' || field.type == '[') RETURN_IF_ERROR(Content(depth + 1).status());
      made->fields.push_back(std::move(field));
    }
    JavaObject annotations;
    RETURN_IF_ERROR(Annotations(depth, &annotations));
    ASSIGN_OR_RETURN(made->super, Description(depth + 1));
    known_[handle].description = made;
    return ClassRef(made);
  }

  // Objects up to the end mark; plain bytes between them are passed over.
  Status Annotations(int depth, JavaObject* into) {
    while (true) {
      if (left_.empty()) return Wrong("ends too early");
      const auto mark = static_cast<uint8_t>(left_[0]);
      if (mark == kEndBlockData) {
        left_.remove_prefix(1);
        return OkStatus();
      }
      if (mark == kBlockData || mark == kBlockDataLong) {
        left_.remove_prefix(1);
        ASSIGN_OR_RETURN(int64_t size, Number(mark == kBlockData ? 1 : 4));
        if (mark == kBlockData) size &= 0xff;
        if (size < 0) return Wrong("a length below 0");
        RETURN_IF_ERROR(Take(static_cast<size_t>(size)).status());
        continue;
      }
      ASSIGN_OR_RETURN(JavaRef element, Content(depth + 1));
      into->elements.push_back(std::move(element));
    }
  }

  Result<JavaRef> Primitive(char type) {
    size_t size = 0;
    switch (type) {
      case 'B': case 'Z': size = 1; break;
      case 'C': case 'S': size = 2; break;
      case 'I': case 'F': size = 4; break;
      case 'J': case 'D': size = 8; break;
      default: return Wrong(fmt::format("a field of type {}", static_cast<int>(type)));
    }
    ASSIGN_OR_RETURN(int64_t value, Number(size));
    auto made = std::make_shared<JavaObject>();
    made->kind = JavaObject::Kind::kNumber;
    if (type != 'F' && type != 'D') made->number = value;
    return JavaRef(std::move(made));
  }
  Result<JavaRef> Value(char type, int depth) {
    return type == 'L' || type == '[' ? Content(depth + 1) : Primitive(type);
  }

  Status Data(const ClassRef& described, int depth, JavaObject* into) {
    if (described == nullptr) return OkStatus();
    RETURN_IF_ERROR(Data(described->super, depth + 1, into));  // the outermost class comes first
    if ((described->flags & kSerializable) != 0) {
      for (const FieldDescription& field : described->fields) {
        ASSIGN_OR_RETURN(into->fields[field.name], Value(field.type, depth));
      }
      return (described->flags & kWritesMore) != 0 ? Annotations(depth, into) : OkStatus();
    }
    if ((described->flags & kExternalizable) != 0 && (described->flags & kBlocks) != 0) {
      return Annotations(depth, into);
    }
    return described->fields.empty() ? OkStatus() : Wrong("a class of an unknown form");
  }

  Result<JavaRef> Array(int depth) {
    ASSIGN_OR_RETURN(ClassRef described, Description(depth));
    if (described == nullptr || described->name.size() < 2) return Wrong("an array of nothing");
    const size_t handle = NewHandle();
    auto made = std::make_shared<JavaObject>();
    made->kind = JavaObject::Kind::kArray;
    made->class_name = described->name;
    ASSIGN_OR_RETURN(int64_t size, Number(4));
    if (size < 0 || size > static_cast<int64_t>(left_.size())) return Wrong("an array too long");
    if (described->name == "[B") {
      ASSIGN_OR_RETURN(std::string_view bytes, Take(static_cast<size_t>(size)));
      made->text = std::string(bytes);
    } else {
      for (int64_t i = 0; i < size; ++i) {
        ASSIGN_OR_RETURN(JavaRef element, Value(described->name[1], depth));
        made->elements.push_back(std::move(element));
      }
    }
    known_[handle].object = made;
    return JavaRef(made);
  }

  Result<JavaRef> Object(int depth) {
    ASSIGN_OR_RETURN(ClassRef described, Description(depth));
    if (described == nullptr) return Wrong("an object of no class");
    const size_t handle = NewHandle();
    auto made = std::make_shared<JavaObject>();
    made->class_name = described->name;
    RETURN_IF_ERROR(Data(described, depth, made.get()));
    known_[handle].object = made;
    return JavaRef(made);
  }

  Result<JavaRef> Enum(int depth) {
    ASSIGN_OR_RETURN(ClassRef described, Description(depth));
    const size_t handle = NewHandle();
    auto made = std::make_shared<JavaObject>();
    made->kind = JavaObject::Kind::kEnum;
    if (described != nullptr) made->class_name = described->name;
    ASSIGN_OR_RETURN(JavaRef word, Content(depth + 1));
    made->text = TextOf(word);
    known_[handle].object = made;
    return JavaRef(made);
  }

  Result<JavaRef> Content(int depth) {
    if (depth > kMaxDepth) return Wrong("nested too deeply");
    ASSIGN_OR_RETURN(uint8_t mark, Byte());
    switch (mark) {
      case kNull: return JavaRef();
      case kReference: {
        ASSIGN_OR_RETURN(Known known, Referenced());
        return known.object;  // a class stands for nothing here
      }
      case kString:
      case kLongString: {
        const size_t handle = NewHandle();
        auto made = std::make_shared<JavaObject>();
        made->kind = JavaObject::Kind::kString;
        made->class_name = "java.lang.String";
        ASSIGN_OR_RETURN(made->text, Text(mark == kString ? 2 : 8));
        known_[handle].object = made;
        return JavaRef(made);
      }
      case kArray: return Array(depth + 1);
      case kObject: return Object(depth + 1);
      case kEnum: return Enum(depth + 1);
      case kClass: {
        ASSIGN_OR_RETURN(ClassRef described, Description(depth + 1));
        auto made = std::make_shared<JavaObject>();
        made->kind = JavaObject::Kind::kClass;
        if (described != nullptr) made->class_name = described->name;
        known_[NewHandle()].object = made;
        return JavaRef(made);
      }
      default: return Wrong(fmt::format("mark {}", mark));
    }
  }

  std::string_view left_;
  std::vector<Known> known_;
};

}  // namespace

Result<JavaRef> ReadJavaObject(std::string_view stream) { return Reader(stream).Run(); }

}  // namespace alluxio::job
