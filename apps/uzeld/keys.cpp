#include "apps/uzeld/keys.hpp"

#include "protocols/proof/sealed_secret.hpp"

#include <filesystem>

namespace uzel {
namespace {

std::string context_of(std::string_view entity, std::string_view field) {
  return std::string{entity} + '.' + std::string{field};
}

std::string_view bytes_of(const proof::master_key& key) {
  return {reinterpret_cast<const char*>(key.bytes().data()), key.bytes().size()};
}

} // namespace

result<process_keys> process_keys::load(const config::secrets_settings& files, std::string& why) {
  process_keys out;
  for (const auto& file : {files.master_key_file, files.token_key_file}) {
    std::error_code ignored; // told by the key that cannot be written
    std::filesystem::create_directories(std::filesystem::path{file}.parent_path(), ignored);
    auto key = proof::master_key::load_or_create(file);
    if (!key) {
      why = file + ": " + key.error().message();
      return key.error();
    }
    if (file == files.master_key_file)
      out.master_ = std::move(*key);
    else
      out.token_ = bytes_of(*key);
  }
  return out;
}

radius::seal_key process_keys::class_key() const {
  // The token key in another role: a prefix keeps the two uses apart.
  radius::sha256_digest digest{};
  (void)radius::sha256({radius::as_octets("radius class"), radius::as_octets(token_)}, digest);
  return radius::seal_key{digest};
}

result<std::string> process_keys::seal(std::string_view entity, std::string_view field,
                                       std::string_view plain) const {
  return proof::seal(master_, context_of(entity, field), plain);
}

result<std::string> process_keys::open(std::string_view entity, std::string_view field,
                                       std::string_view sealed) const {
  return proof::unseal(master_, context_of(entity, field), sealed);
}

} // namespace uzel
