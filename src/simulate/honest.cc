// Honest: the files.
#include "simulate/honest.h"

#include <array>

namespace antidotary::simulate {
namespace {

constexpr std::string_view system_files[] = {"alg.exe",
                                             "calc.exe",
                                             "cmd.exe",
                                             "csrss.exe",
                                             "ctfmon.exe",
                                             "dllhost.exe",
                                             "ftp.exe",
                                             "kernel32.dll",
                                             "lsass.exe",
                                             "mshta.exe",
                                             "msgina.dll",
                                             "net.exe",
                                             "netstat.exe",
                                             "notepad.exe",
                                             "ntdll.dll",
                                             "ntoskrnl.exe",
                                             "ping.exe",
                                             "regsvr32.exe",
                                             "rpcss.dll",
                                             "rundll32.exe",
                                             "services.exe",
                                             "shell32.dll",
                                             "smss.exe",
                                             "spoolsv.exe",
                                             "svchost.exe",
                                             "systray.exe",
                                             "taskmgr.exe",
                                             "tftp.exe",
                                             "user32.dll",
                                             "userinit.exe",
                                             "webcheck.dll",
                                             "wininet.dll",
                                             "winlogon.exe",
                                             "ws2_32.dll",
                                             "wscript.exe",
                                             "wuauclt.exe",
                                             "drivers/etc/services",
                                             "drivers/tcpip.sys",
                                             "wbem/winmgmt.exe",
                                             "dllcache/svchost.exe",
                                             "config/systemprofile/ntuser.ini"};

// taskmon.exe came with Windows 98; an upgraded computer still has it.
constexpr std::string_view windows_files[] = {"explorer.exe",
                                              "hh.exe",
                                              "notepad.exe",
                                              "regedit.exe",
                                              "taskman.exe",
                                              "taskmon.exe",
                                              "winhelp.exe",
                                              "Fonts/arial.ttf",
                                              "Temp/~df1a2b.tmp",
                                              "Prefetch/EXPLORER.EXE-082F38A9.pf",
                                              "Web/Wallpaper/bliss.bmp"};

constexpr std::string_view top_files[] = {"AUTOEXEC.BAT", "boot.ini",     "CONFIG.SYS", "IO.SYS",
                                          "MSDOS.SYS",    "NTDETECT.COM", "ntldr"};

constexpr std::string_view program_files[] = {
    "Internet Explorer/iexplore.exe",    "Outlook Express/msimn.exe", "Outlook Express/wab.exe",
    "Windows Media Player/wmplayer.exe", "Quiet Printer/monitor.exe", "Quiet Printer/readme.txt",
    "Common Files/System/readme.txt"};

constexpr std::string_view user_files[] = {
    "My Documents/letter to the bank.txt",
    "My Documents/recipes/apple cake.txt",
    "My Documents/My Pictures/holiday.jpg",
    "Desktop/shopping.txt",
    "Favorites/library.url",
    "Cookies/alice@example[1].txt",
    "Recent/shopping.lnk",
    "Local Settings/Temp/~df77a1.tmp",
    "Local Settings/Temp/setup.log",
    "Local Settings/Temporary Internet Files/Content.IE5/KX4T2Q8R/index[1].htm",
    "Local Settings/Temporary Internet Files/Content.IE5/W5ZNE3AB/logo[1].gif",
    "Local Settings/Application Data/Microsoft/Outlook Express/folders.txt",
    "Application Data/Microsoft/Address Book/alice.txt",
    "Start Menu/Programs/Startup/desktop.ini",
    "Start Menu/Programs/Accessories/notepad.lnk"};

template <std::size_t count>
void add(Scene& scene, const std::string& folder, const std::string_view (&names)[count]) {
  for (const std::string_view name : names) {
    const std::string path = folder + std::string(name);
    scene.files[path] = stand_in(path + ", a file of an honest computer", 0);
  }
}

void add_text(Scene& scene, const std::string& path, std::string_view text) {
  scene.files[path] = to_buffer(as_bytes(text));
}

}  // namespace

Scene honest_scene() {
  Scene scene;
  add(scene, "", top_files);
  add(scene, "WINDOWS/", windows_files);
  add(scene, "WINDOWS/system32/", system_files);
  add(scene, "Program Files/", program_files);
  add(scene, "Documents and Settings/alice/", user_files);
  const std::string all_users = "Documents and Settings/All Users/";
  add(scene, all_users,
      {"Start Menu/Programs/Startup/desktop.ini", "Documents/desktop.ini",
       "Application Data/Microsoft/readme.txt", "Desktop/readme.txt"});
  add(scene, "Documents and Settings/Default User/", {"Start Menu/Programs/Startup/desktop.ini"});
  // Text files whose lines are true: what reads them must find them in order.
  add_text(scene, "WINDOWS/system32/drivers/etc/hosts",
           "# Inert stand-in for the hosts file of an honest computer.\r\n127.0.0.1 localhost\r\n");
  add_text(scene, "WINDOWS/win.ini",
           "; Inert stand-in for win.ini of an honest computer.\r\n[windows]\r\nload=\r\n"
           "run=C:\\PROGRA~1\\QUIETP~1\\monitor.exe\r\n[fonts]\r\n");
  add_text(scene, "WINDOWS/system.ini",
           "; Inert stand-in for system.ini of an honest computer.\r\n[boot]\r\n"
           "shell=Explorer.exe\r\n[drivers]\r\nwave=mmdrv.dll\r\n");
  add_honest_registry(scene);
  add_honest_mail(scene);
  return scene;
}

}  // namespace antidotary::simulate
