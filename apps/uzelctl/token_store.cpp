#include "apps/uzelctl/token_store.hpp"

#include "apps/uzelctl/words.hpp"

#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace uzel::ctl {
namespace {

struct entry {
  std::string server;
  std::string token;
};

std::vector<entry> read_entries(const std::filesystem::path& path) {
  std::vector<entry> out;
  std::ifstream in{path};
  for (entry e; in >> e.server >> e.token;)
    out.push_back(e);
  return out;
}

// A new file beside it takes its place, so that it is never half written nor readable by others.
bool replace_file(const std::filesystem::path& path, const std::string& text) {
  const auto fresh = path.string() + ".new";
  ::unlink(fresh.c_str());
  const int fd = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0)
    return false;
  const bool written = ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  const bool closed = ::close(fd) == 0;
  return written && closed && ::rename(fresh.c_str(), path.c_str()) == 0;
}

} // namespace

std::filesystem::path token_path() {
  if (const char* config = std::getenv("XDG_CONFIG_HOME"); config && *config)
    return std::filesystem::path{config} / "uzel" / "token";
  if (const char* home = std::getenv("HOME"); home && *home)
    return std::filesystem::path{home} / ".config" / "uzel" / "token";
  return {};
}

std::string stored_token(std::string_view server) {
  for (const auto& e : read_entries(token_path()))
    if (e.server == server)
      return e.token;
  return {};
}

outcome<> store_token(std::string_view server, std::string_view token) {
  const auto path = token_path();
  if (path.empty())
    return failure{exit_code::usage, tr("there is no home folder to store the token in")};
  std::error_code failed;
  std::filesystem::create_directories(path.parent_path(), failed);
  std::string text;
  for (const auto& e : read_entries(path))
    if (e.server != server)
      text.append(e.server).append(" ").append(e.token).append("\n");
  if (!token.empty())
    text.append(server).append(" ").append(token).append("\n");
  if (!replace_file(path, text))
    return failure{exit_code::usage, say("{} cannot be written", path.string())};
  return {};
}

} // namespace uzel::ctl
