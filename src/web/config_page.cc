// The configuration of this process: value and source of every property; secrets are masked.
#include "base/json_text.h"
#include "conf/key.h"
#include "conf/key_help.h"
#include "web/process_routes.h"

namespace alluxio::web {

http::Response ConfigPage(const ProcessParts& parts) {
  std::shared_ptr<const conf::Configuration> now;
  if (parts.conf_now) now = parts.conf_now();
  const conf::Configuration& conf = now != nullptr ? *now : *parts.conf;
  JsonText json;
  json.BeginObject().Key("configuration").BeginArray();
  for (const conf::Entry& entry : conf.Entries()) {
    json.BeginObject().Field("left", entry.name).Field("middle", entry.value);
    json.Field("right", entry.source.ToString());
    if (entry.key != nullptr) {
      bool secret = entry.key->secret && !entry.key->default_value.empty();
      json.Field("default", secret ? conf::kMaskedValue : entry.key->default_value);
      json.Field("scope", conf::ScopeName(entry.key->scope));
      json.Field("effect", entry.key->effect == conf::Effect::Works ? "Works" : "Inert");
      json.Field("expected", conf::ExpectedForm(entry.key->type));
      json.Field("help", conf::HelpOf(*entry.key));
    }
    json.EndObject();
  }
  json.EndArray().Field("configHash", conf.Hash()).EndObject();
  return http::Response::Json(json.text());
}

}  // namespace alluxio::web
