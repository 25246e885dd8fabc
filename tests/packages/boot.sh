#!/bin/sh
# Inside new namespaces: a copy of this system over which nothing is written, and systemd in it.
#   boot.sh SCRATCH PAYLOAD: PAYLOAD's files stand in /payload, and what is written to /out stays.
set -e
scratch=$1
payload=$2
mount -t tmpfs none "$scratch"
mkdir "$scratch/upper" "$scratch/work" "$scratch/root"
mount -t overlay none -o "lowerdir=/,upperdir=$scratch/upper,workdir=$scratch/work" "$scratch/root"
cd "$scratch/root"
mkdir -p payload out
cp -r "$payload"/. payload/
mount --bind "$payload/out" out
# An earlier installation of whoever runs the tests is not part of them.
rm -rf var/lib/antidotary var/lib/antidotary-daemon etc/antidotary
# Images of containers forbid packages to start what they bring.
rm -f usr/sbin/policy-rc.d
mount -t proc none proc
mount -t sysfs none sys
mount --rbind /dev dev
mount -t tmpfs none run
mount -t tmpfs none tmp
mount -t cgroup2 none sys/fs/cgroup
# Only what the test is about, and what everything stands on.
ln -sf /payload/booted.service etc/systemd/system/booted.service
for unit in systemd-udevd systemd-udev-trigger systemd-networkd systemd-resolved networking \
    systemd-firstboot apt-daily apt-daily-upgrade man-db; do
  ln -sf /dev/null "etc/systemd/system/$unit.service"
done
export container=other
exec chroot . /lib/systemd/systemd --unit=booted.service --log-target=null
