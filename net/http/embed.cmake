# Writes the files of a folder into one .cpp: cmake -DFOLDER=... -DOUT=... -P embed.cmake
file(GLOB names RELATIVE ${FOLDER} ${FOLDER}/*.html ${FOLDER}/*.css ${FOLDER}/*.js ${FOLDER}/*.svg)
list(SORT names)
set(arrays "")
set(rows "")
set(index 0)
foreach(name ${names})
  file(READ ${FOLDER}/${name} bytes HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
  string(APPEND arrays "constexpr unsigned char file_${index}[] = {${bytes}};\n")
  string(APPEND rows "  embedded_file{\"${name}\", file_${index}},\n")
  math(EXPR index "${index} + 1")
endforeach()
file(WRITE ${OUT} "// Made from web/ by embed.cmake.
#include \"net/http/front.hpp\"

namespace uzel::http {
namespace {
${arrays}constexpr embedded_file files[] = {
${rows}};
} // namespace

std::span<const embedded_file> embedded_files() {
  return files;
}

} // namespace uzel::http
")
