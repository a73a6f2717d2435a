#include "apps/uzelctl/completion.hpp"

#include "apps/uzelctl/context.hpp"

#include <algorithm>
#include <iostream>

namespace uzel::ctl {
namespace {

// "TEXT:{en,ru}" -> en, ru.
std::vector<std::string> choices_in(const std::string& type) {
  std::vector<std::string> out;
  const auto open = type.find('{');
  const auto close = type.find('}', open);
  if (open == std::string::npos || close == std::string::npos)
    return out;
  auto rest = std::string_view{type}.substr(open + 1, close - open - 1);
  while (!rest.empty()) {
    const auto end = std::min(rest.find(','), rest.size());
    out.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return out;
}

completion_option option_of(const CLI::Option& from) {
  completion_option out;
  for (const auto& name : from.get_lnames())
    out.names.push_back("--" + name);
  for (const auto& name : from.get_snames())
    out.names.push_back("-" + name);
  out.doc = from.get_description();
  out.takes_value = from.get_items_expected_max() > 0;
  out.choices = choices_in(from.get_type_name());
  return out;
}

void add_nodes(const CLI::App& app, const std::string& path, std::vector<completion_node>& out) {
  completion_node node;
  node.path = path;
  for (const auto* option : app.get_options()) {
    if (option->nonpositional())
      node.options.push_back(option_of(*option));
    else
      for (auto& choice : choices_in(option->get_type_name()))
        node.choices.push_back(std::move(choice));
  }
  const auto below = app.get_subcommands([](const CLI::App*) { return true; });
  for (const auto* command : below)
    node.commands.push_back({command->get_name(), command->get_description()});
  out.push_back(std::move(node));
  for (const auto* command : below)
    add_nodes(*command, path.empty() ? command->get_name() : path + " " + command->get_name(), out);
}

// A text in single quotes of a shell.
std::string in_quotes(std::string_view text) {
  std::string out = "'";
  for (const char c : text)
    if (c == '\'')
      out += "'\\''";
    else
      out += c;
  return out + "'";
}

std::string joined(const std::vector<std::string>& words, std::string_view between = " ") {
  std::string out;
  for (const auto& word : words)
    out.append(out.empty() ? "" : between).append(word);
  return out;
}

std::vector<std::string> option_names(const completion_node& node) {
  std::vector<std::string> out;
  for (const auto& option : node.options)
    out.insert(out.end(), option.names.begin(), option.names.end());
  return out;
}

std::vector<std::string> paths_of(const std::vector<completion_node>& tree) {
  std::vector<std::string> out;
  for (const auto& node : tree)
    if (!node.path.empty())
      out.push_back(node.path);
  return out;
}

// Names of options whose value is another word, so that it is not taken for a command.
std::string value_options(const std::vector<completion_node>& tree, std::string_view between) {
  std::vector<std::string> names;
  for (const auto& node : tree)
    for (const auto& option : node.options)
      if (option.takes_value)
        names.insert(names.end(), option.names.begin(), option.names.end());
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return joined(names, between);
}

// The part that bash and zsh share: finds the command that the words so far name.
std::string path_finder(const std::vector<completion_node>& tree) {
  std::string out = "_uzelctl_find() {\n"
                    "  at= skip=\n"
                    "  local word\n"
                    "  for word in \"$@\"; do\n"
                    "    if [ -n \"$skip\" ]; then skip=; continue; fi\n"
                    "    case \"$word\" in\n";
  out.append("      ").append(value_options(tree, "|")).append(") skip=1; continue ;;\n");
  out += "      -*) continue ;;\n"
         "    esac\n"
         "    case \"${at:+$at }$word\" in\n";
  for (const auto& path : paths_of(tree))
    out.append("      ")
      .append(in_quotes(path))
      .append(") at=")
      .append(in_quotes(path))
      .append(" ;;\n");
  return out + "    esac\n  done\n}\n";
}

void add_value_cases(const completion_node& node, const std::string& reply, std::string& out) {
  for (const auto& option : node.options)
    if (!option.choices.empty())
      for (const auto& name : option.names)
        out.append("    ")
          .append(in_quotes(node.path + ":" + name))
          .append(") ")
          .append(reply)
          .append(in_quotes(joined(option.choices)))
          .append(" ;;\n");
}

std::string bash_script(const std::vector<completion_node>& tree) {
  std::string out = "# bash completion for uzelctl\n" + path_finder(tree);
  out += "_uzelctl() {\n"
         "  local at skip words= current=\"${COMP_WORDS[COMP_CWORD]}\"\n"
         "  _uzelctl_find \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"\n"
         "  COMPREPLY=()\n"
         "  case \"$at:${COMP_WORDS[COMP_CWORD-1]}\" in\n";
  for (const auto& node : tree)
    add_value_cases(node, "words=", out);
  out += "  esac\n"
         "  if [ -n \"$words\" ]; then\n"
         "    COMPREPLY=($(compgen -W \"$words\" -- \"$current\")); return\n"
         "  fi\n"
         "  if [ -n \"$skip\" ]; then COMPREPLY=($(compgen -f -- \"$current\")); return; fi\n"
         "  case \"$at\" in\n";
  const auto global = joined(option_names(tree.front()));
  for (const auto& node : tree) {
    std::vector<std::string> words;
    for (const auto& command : node.commands)
      words.push_back(command.text);
    words.insert(words.end(), node.choices.begin(), node.choices.end());
    const auto options = joined(option_names(node));
    out.append("    ").append(in_quotes(node.path)).append(")\n      words=");
    out.append(in_quotes(joined(words))).append("\n      case \"$current\" in -*) words=");
    out.append(in_quotes(node.path.empty() ? options : options + " " + global))
      .append(" ;; esac ;;\n");
  }
  return out + "  esac\n"
               "  COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
               "  [ ${#COMPREPLY[@]} -gt 0 ] || COMPREPLY=($(compgen -f -- \"$current\"))\n"
               "}\n"
               "complete -o filenames -F _uzelctl uzelctl\n";
}

// "word:doc" of _describe.
std::string described(const std::string& word, const std::string& doc) {
  return in_quotes(word + ":" + doc);
}

std::string zsh_script(const std::vector<completion_node>& tree) {
  std::string out = "#compdef uzelctl\n" + path_finder(tree);
  out += "_uzelctl() {\n"
         "  local at skip words_here=\n"
         "  local -a commands options\n"
         "  _uzelctl_find \"${(@)words[2,CURRENT-1]}\"\n"
         "  case \"$at:${words[CURRENT-1]}\" in\n";
  for (const auto& node : tree)
    add_value_cases(node, "words_here=", out);
  out += "  esac\n"
         "  if [ -n \"$words_here\" ]; then compadd -- ${=words_here}; return; fi\n"
         "  if [ -n \"$skip\" ]; then _files; return; fi\n"
         "  case \"$at\" in\n";
  for (const auto& node : tree) {
    out.append("    ").append(in_quotes(node.path)).append(")\n      commands=(");
    for (const auto& command : node.commands)
      out.append("\n        ").append(described(command.text, command.doc));
    for (const auto& choice : node.choices)
      out.append("\n        ").append(in_quotes(choice));
    out += ")\n      options=(";
    for (const auto& option : node.options)
      for (const auto& name : option.names)
        out.append("\n        ").append(described(name, option.doc));
    out += ") ;;\n";
  }
  return out + "  esac\n"
               "  case \"${words[CURRENT]}\" in\n"
               "    -*) _describe -o option options ;;\n"
               "    *) (( ${#commands} )) && _describe command commands || _files ;;\n"
               "  esac\n"
               "}\n"
               "if [ \"$funcstack[1]\" = _uzelctl ]; then _uzelctl \"$@\"; else compdef _uzelctl "
               "uzelctl; fi\n";
}

std::string fish_script(const std::vector<completion_node>& tree) {
  std::string out = "# fish completion for uzelctl\n"
                    "function __uzelctl_at\n"
                    "  set -l path ''\n"
                    "  set -l skip ''\n"
                    "  for word in (commandline -opc)[2..-1]\n"
                    "    if test -n \"$skip\"; set skip ''; continue; end\n"
                    "    switch \"$word\"\n";
  out.append("      case ").append(value_options(tree, " "));
  out += "\n        set skip 1; continue\n"
         "      case '-*'\n        continue\n"
         "    end\n"
         "    switch (string trim \"$path $word\")\n";
  for (const auto& path : paths_of(tree))
    out.append("      case ")
      .append(in_quotes(path))
      .append("\n        set path ")
      .append(in_quotes(path) + "\n");
  out.append("    end\n  end\n  test \"$path\" = \"$argv[1]\"\nend\n");
  for (const auto& node : tree) {
    const auto when =
      "complete -c uzelctl -n " + in_quotes("__uzelctl_at " + in_quotes(node.path)) + " ";
    for (const auto& command : node.commands)
      out.append(when)
        .append("-f -a ")
        .append(in_quotes(command.text))
        .append(" -d ")
        .append(in_quotes(command.doc) + "\n");
    for (const auto& choice : node.choices)
      out.append(when).append("-f -a ").append(in_quotes(choice)).append("\n");
    for (const auto& option : node.options) {
      out += node.path.empty() ? std::string{"complete -c uzelctl "} : when;
      for (const auto& name : option.names)
        out.append(name.starts_with("--") ? "-l " + name.substr(2) : "-s " + name.substr(1))
          .append(" ");
      if (option.takes_value)
        out.append(option.choices.empty() ? "-r "
                                          : "-x -a " + in_quotes(joined(option.choices)) + " ");
      out.append("-d ").append(in_quotes(option.doc)).append("\n");
    }
  }
  return out;
}

struct completion_arguments {
  std::string shell;
  const CLI::App* app = nullptr;
};

outcome<> print_script(context&, const completion_arguments& given) {
  std::cout << completion_script(*given.app, given.shell);
  return {};
}

} // namespace

std::vector<completion_node> completion_tree(const CLI::App& app) {
  std::vector<completion_node> out;
  add_nodes(app, {}, out);
  return out;
}

std::string completion_script(const CLI::App& app, std::string_view shell) {
  const auto tree = completion_tree(app);
  if (shell == "bash")
    return bash_script(tree);
  if (shell == "zsh")
    return zsh_script(tree);
  return shell == "fish" ? fish_script(tree) : std::string{};
}

void add_completion_command(CLI::App& app, context& ctx) {
  auto& given = ctx.hold<completion_arguments>();
  given.app = &app;
  auto& command = add_command(app, "completion", "Print what makes a shell complete commands", ctx,
                              given, print_script);
  command.add_option("shell", given.shell, tr("bash, zsh or fish"))
    ->required()
    ->check(CLI::IsMember({"bash", "zsh", "fish"}));
}

} // namespace uzel::ctl
