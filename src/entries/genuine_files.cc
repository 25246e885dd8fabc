// GenuineFiles: the table. Places are those of Windows 95 to XP with default settings; where the
// 9x and NT lines differ, both stand.
#include "entries/genuine_files.h"

#include <algorithm>

#include "core/text.h"

namespace antidotary::entries {
namespace {

constexpr std::string_view windows = "%windir%";
constexpr std::string_view system_folder = "%system%";
constexpr std::string_view root = "%systemdrive%";
constexpr std::string_view etc = "%system%\\drivers\\etc";
constexpr std::string_view explorer = "%programfiles%\\internet explorer";
constexpr std::string_view messenger = "%programfiles%\\msn messenger";
constexpr std::string_view office = "%programfiles%\\microsoft office\\office";
constexpr std::string_view office_xp = "%programfiles%\\microsoft office\\office10";
constexpr std::string_view mail = "%programfiles%\\outlook express";

constexpr GenuineFile table[] = {
    {"alg.exe", {system_folder}},
    {"at.exe", {system_folder}},
    {"autoexec.bat", {root}},
    {"boot.ini", {root}},
    {"calc.exe", {system_folder, windows}},
    {"cmd.exe", {system_folder}},
    {"comctl32.dll", {system_folder}},
    {"command.com", {root, windows}},
    {"config.sys", {root}},
    {"control.exe", {system_folder, windows}},
    {"cscript.exe", {system_folder, windows}},
    {"csrss.exe", {system_folder}},
    {"ctfmon.exe", {system_folder}},
    {"ddhelp.exe", {system_folder}},
    {"debug.exe", {system_folder}},
    {"dllhost.exe", {system_folder}},
    {"dwwin.exe", {system_folder}},
    {"explorer.exe", {windows}},
    {"ftp.exe", {system_folder, windows}},
    {"hal.dll", {system_folder}},
    {"hh.exe", {windows}},
    {"hosts", {etc, windows}},
    {"iexplore.exe", {explorer}},
    {"internat.exe", {system_folder}},
    {"io.sys", {root}},
    {"kernel32.dll", {system_folder}},
    {"lsass.exe", {system_folder}},
    {"mdm.exe", {system_folder}},
    {"mmc.exe", {system_folder}},
    {"mprexe.exe", {system_folder}},
    {"msdos.sys", {root}},
    {"msgina.dll", {system_folder}},
    {"msgsrv32.exe", {system_folder}},
    {"mshta.exe", {system_folder}},
    {"msiexec.exe", {system_folder}},
    {"msimn.exe", {mail}},
    {"msnmsgr.exe", {messenger}},
    {"mspaint.exe", {system_folder}},
    {"mstask.exe", {system_folder}},
    {"net.exe", {system_folder, windows}},
    {"netstat.exe", {system_folder, windows}},
    {"notepad.exe", {windows, system_folder}},
    {"ntdetect.com", {root}},
    {"ntdll.dll", {system_folder}},
    {"ntldr", {root}},
    {"ntoskrnl.exe", {system_folder}},
    {"ntvdm.exe", {system_folder}},
    {"ole32.dll", {system_folder}},
    {"outlook.exe", {office, office_xp}},
    {"ping.exe", {system_folder, windows}},
    {"progman.exe", {system_folder, windows}},
    {"regedit.exe", {windows}},
    {"regedt32.exe", {system_folder}},
    {"regsvc.exe", {system_folder}},
    {"regsvr32.exe", {system_folder}},
    {"riched20.dll", {system_folder}},
    {"riched32.dll", {system_folder}},
    {"rpcss.exe", {system_folder}},
    {"rundll.exe", {windows}},
    {"rundll32.exe", {system_folder, windows}},
    {"scanregw.exe", {windows}},
    {"services.exe", {system_folder}},
    {"shell32.dll", {system_folder}},
    {"smss.exe", {system_folder}},
    {"sol.exe", {system_folder, windows}},
    {"spool32.exe", {system_folder}},
    {"spoolsv.exe", {system_folder}},
    {"svchost.exe", {system_folder}},
    {"sysedit.exe", {system_folder}},
    {"system.ini", {windows}},
    {"systray.exe", {system_folder}},
    {"taskman.exe", {windows}},
    {"taskmgr.exe", {system_folder}},
    {"taskmon.exe", {windows}},
    {"telnet.exe", {system_folder, windows}},
    {"tftp.exe", {system_folder}},
    {"user32.dll", {system_folder}},
    {"userinit.exe", {system_folder}},
    {"wab.exe", {mail}},
    {"win.com", {windows, system_folder}},
    {"win.ini", {windows}},
    {"winhelp.exe", {windows}},
    {"winhlp32.exe", {windows, system_folder}},
    {"wininet.dll", {system_folder}},
    {"winlogon.exe", {system_folder}},
    {"winmgmt.exe", {"%system%\\wbem"}},
    {"winver.exe", {system_folder, windows}},
    {"wmplayer.exe", {"%programfiles%\\windows media player"}},
    {"write.exe", {system_folder, windows}},
    {"ws2_32.dll", {system_folder}},
    {"wscript.exe", {system_folder, windows}},
    {"wsock32.dll", {system_folder}},
    {"wuauclt.exe", {system_folder}},
};

}  // namespace

const GenuineFile* find_genuine_file(std::string_view name) {
  const std::string lower = ascii_lower(name);
  const auto found = std::find_if(std::begin(table), std::end(table),
                                  [&](const GenuineFile& file) { return file.name == lower; });
  return found == std::end(table) ? nullptr : found;
}

const GenuineFile* find_genuine_match(std::string_view directory, std::string_view name) {
  const std::string place = canonical_directory(directory);
  for (const GenuineFile& file : table) {
    const bool here = std::find(file.directories.begin(), file.directories.end(), place) !=
                      file.directories.end();
    if (here && matches_wildcard(name, file.name)) return &file;
  }
  return nullptr;
}

std::string canonical_directory(std::string_view directory) {
  std::string out = ascii_lower(directory);
  while (out.ends_with('\\')) out.pop_back();
  for (const std::string_view spelled : {"%windir%\\system32", "%windir%\\system"}) {
    if (out == spelled || out.starts_with(std::string(spelled) + '\\')) {
      return std::string(system_folder) + out.substr(spelled.size());
    }
  }
  return out == "c:" ? std::string(root) : out;
}

}  // namespace antidotary::entries
