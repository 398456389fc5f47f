#include "env/build_id.h"

#include <elf.h>
#include <link.h>

#include <cstring>

namespace alluxio {
namespace {

constexpr char kOwner[] = "GNU";  // with the zero at its end, as the note has it

size_t Padded(size_t size) { return (size + 3) & ~size_t{3}; }

// The id among the notes of one segment.
bool FindId(const char* at, size_t left, std::string* id) {
  ElfW(Nhdr) note;
  while (left >= sizeof(note)) {
    std::memcpy(&note, at, sizeof(note));
    const size_t name = Padded(note.n_namesz);
    const size_t size = sizeof(note) + name + Padded(note.n_descsz);
    if (size > left) return false;
    const char* owner = at + sizeof(note);
    if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == sizeof(kOwner) &&
        std::memcmp(owner, kOwner, sizeof(kOwner)) == 0) {
      id->assign(owner + name, note.n_descsz);
      return true;
    }
    at += size;
    left -= size;
  }
  return false;
}

// Called for the program first, then for its libraries.
int LookAt(dl_phdr_info* object, size_t, void* id) {
  for (int i = 0; i < object->dlpi_phnum; ++i) {
    const ElfW(Phdr)& segment = object->dlpi_phdr[i];
    if (segment.p_type != PT_NOTE) continue;
    const char* notes = reinterpret_cast<const char*>(object->dlpi_addr + segment.p_vaddr);
    if (FindId(notes, segment.p_memsz, static_cast<std::string*>(id))) break;
  }
  return 1;
}

std::string Find() {
  std::string id;
  ::dl_iterate_phdr(LookAt, &id);
  return id;
}

}  // namespace

const std::string& BuildId() {
  static const std::string id = Find();
  return id;
}

}  // namespace alluxio
