// Honest: the registry, in the places where threats write and where examinations look.
#include <array>

#include "core/reader.h"
#include "formats/regf/hive.h"
#include "simulate/honest.h"

namespace antidotary::simulate {
namespace {

constexpr std::string_view windows = "Microsoft\\Windows\\CurrentVersion";
constexpr std::string_view windows_nt = "Microsoft\\Windows NT\\CurrentVersion";

std::string below(std::string_view key, std::string_view child) {
  return std::string(key) + '\\' + std::string(child);
}

void set_expandable(regf::KeySpec& key, std::string_view value, std::string_view text) {
  key.set(value, regf::reg_expand_sz, regf::data_of_text(text));
}

void set_number(regf::KeySpec& key, std::string_view value, std::uint32_t number) {
  Buffer data;
  append_u32_le(data, number);
  key.set(value, regf::reg_dword, std::move(data));
}

void add_windows(regf::KeySpec& software) {
  regf::KeySpec& version = software.at(windows_nt);
  version.set_text("ProductName", "Microsoft Windows XP");
  version.set_text("CurrentVersion", "5.1");
  version.set_text("CurrentBuildNumber", "2600");
  version.set_text("CSDVersion", "Service Pack 1");
  version.set_text("SystemRoot", "C:\\WINDOWS");
  version.set_text("RegisteredOwner", "Alice");

  regf::KeySpec& logon = software.at(below(windows_nt, "Winlogon"));
  logon.set_text("Shell", "Explorer.exe");
  logon.set_text("Userinit", "C:\\WINDOWS\\system32\\userinit.exe,");
  logon.set_text("System", "");
  set_expandable(logon, "UIHost", "logonui.exe");
  software.at(below(windows_nt, "Windows")).set_text("AppInit_DLLs", "");
  software.at(below(windows_nt, "Image File Execution Options"));

  regf::KeySpec& profiles = software.at(below(windows_nt, "ProfileList"));
  set_expandable(profiles, "ProfilesDirectory", "%SystemDrive%\\Documents and Settings");
  profiles.set_text("AllUsersProfile", "All Users");
  profiles.set_text("DefaultUserProfile", "Default User");
  set_expandable(profiles.subkey("S-1-5-18"), "ProfileImagePath",
                 "%systemroot%\\system32\\config\\systemprofile");
  set_expandable(profiles.subkey("S-1-5-21-1004336348-1177238915-682003330-1003"),
                 "ProfileImagePath", "%SystemDrive%\\Documents and Settings\\alice");
}

void add_start_up(regf::KeySpec& software) {
  regf::KeySpec& version = software.at(windows);
  version.set_text("ProgramFilesDir", "C:\\Program Files");
  version.set_text("CommonFilesDir", "C:\\Program Files\\Common Files");
  software.at(below(windows, "Run"))
      .set_text("Quiet Printer", "\"C:\\Program Files\\Quiet Printer\\monitor.exe\" /tray");
  software.at(below(windows, "RunOnce"));
  software.at(below(windows, "Policies\\Explorer"));
  regf::KeySpec& folders = software.at(below(windows, "Explorer\\Shell Folders"));
  folders.set_text("Common Startup",
                   "C:\\Documents and Settings\\All Users\\Start Menu\\Programs\\Startup");
  software
      .at("Microsoft\\Code Store Database\\Distribution Units\\"
          "{8AD9C840-044E-11D1-B3E9-00805F499D93}")
      .set_text("SystemComponent", "0");
}

void add_classes(regf::KeySpec& software) {
  constexpr std::array<std::array<std::string_view, 3>, 7> handlers = {{
      {".exe", "exefile", "\"%1\" %*"},
      {".com", "comfile", "\"%1\" %*"},
      {".bat", "batfile", "\"%1\" %*"},
      {".cmd", "cmdfile", "\"%1\" %*"},
      {".pif", "piffile", "\"%1\" %*"},
      {".scr", "scrfile", "\"%1\" /S"},
      {".reg", "regfile", "regedit.exe \"%1\""},
  }};
  for (const auto& [extension, name, command] : handlers) {
    software.at(below("Classes", extension)).set_text("", name);
    software.at(below("Classes", name) + "\\shell\\open\\command").set_text("", command);
  }
  software.at("Classes\\.txt").set_text("", "txtfile");
  set_expandable(software.at("Classes\\txtfile\\shell\\open\\command"), "",
                 "%SystemRoot%\\system32\\NOTEPAD.EXE %1");
  regf::KeySpec& monitor =
      software.at("Classes\\CLSID\\{E6FB5E20-DE35-11CF-9C87-00AA005127ED}\\InProcServer32");
  set_expandable(monitor, "", "%SystemRoot%\\System32\\webcheck.dll");
  monitor.set_text("ThreadingModel", "Apartment");
}

void add_services(regf::KeySpec& system) {
  regf::KeySpec& select = system.at("Select");
  set_number(select, "Current", 1);
  set_number(select, "Default", 1);
  set_number(select, "Failed", 0);
  set_number(select, "LastKnownGood", 1);
  system.at("ControlSet001\\Control\\ComputerName\\ComputerName")
      .set_text("ComputerName", "ALICE-PC");
  system.at("ControlSet001\\Control\\Session Manager").set_text("ObjectName", "Session Manager");
  constexpr std::array<std::array<std::string_view, 2>, 5> services = {{
      {"Dhcp", "%SystemRoot%\\System32\\svchost.exe -k netsvcs"},
      {"Eventlog", "%SystemRoot%\\system32\\services.exe"},
      {"RpcSs", "%SystemRoot%\\system32\\svchost -k rpcss"},
      {"Spooler", "%SystemRoot%\\system32\\spoolsv.exe"},
      {"Tcpip", "System32\\DRIVERS\\tcpip.sys"},
  }};
  for (const auto& [name, image] : services) {
    regf::KeySpec& service = system.at(below("ControlSet001\\Services", name));
    set_expandable(service, "ImagePath", image);
    set_number(service, "Start", name == "Tcpip" ? 1 : 2);
    set_number(service, "Type", name == "Tcpip" ? 1 : 32);
    set_number(service, "ErrorControl", 1);
  }
}

void add_user(regf::KeySpec& user) {
  const std::string version = below("Software", windows);
  user.at(below(version, "Run")).set_text("ctfmon.exe", "C:\\WINDOWS\\system32\\ctfmon.exe");
  regf::KeySpec& folders = user.at(below(version, "Explorer\\Shell Folders"));
  const std::string home = "C:\\Documents and Settings\\alice\\";
  folders.set_text("Startup", home + "Start Menu\\Programs\\Startup");
  folders.set_text("Cache", home + "Local Settings\\Temporary Internet Files");
  folders.set_text("Personal", home + "My Documents");
  folders.set_text("Desktop", home + "Desktop");
  folders.set_text("Local AppData", home + "Local Settings\\Application Data");
  user.at("Software\\Microsoft\\Internet Explorer\\Main").set_text("Start Page", "about:blank");
  set_expandable(user.at("Environment"), "TEMP", "%USERPROFILE%\\Local Settings\\Temp");
  set_expandable(user.at("Environment"), "TMP", "%USERPROFILE%\\Local Settings\\Temp");
}

}  // namespace

void add_honest_registry(Scene& scene) {
  add_windows(scene.software);
  add_start_up(scene.software);
  add_classes(scene.software);
  add_services(scene.system);
  add_user(scene.user);
  scene.default_user.at("Software\\Microsoft\\Windows\\CurrentVersion\\Run");
}

}  // namespace antidotary::simulate
