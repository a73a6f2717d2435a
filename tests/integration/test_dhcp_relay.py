"""Leases through relays: who gets which address where, what he is told, and when he is told nothing or no."""
import socket
import unittest

import dhcp_packets as dhcp
import namespaces
from dhcp_case import (FOREIGN, GUESTS, HOMES, SERVER, STREET, SWITCH, YARD, YARD_HOMES, DhcpCase)
from dhcp_packets import port_of, relay_info
from uzel_daemon import attribute_values, wait_until


class Leases(DhcpCase):
    def known(self, **fields):
        """A paid account with a MAC; returns (account, mac)."""
        mac = self.next_mac()
        return self.account(mac=mac, **fields), mac

    # What he is told.

    def test_a_subscriber_gets_an_address_and_all_that_belongs_to_it(self):
        account, mac = self.known()
        client = self.relay().client(mac, port=relay_info(b"eth 1/0/7", b"switch"))
        offer = client.discover()
        self.assertEqual((offer.kind, offer.op), (dhcp.OFFER, 2))
        ack = client.select(offer)
        self.assertEqual(ack.kind, dhcp.ACK)
        self.assertEqual(ack.yiaddr, offer.yiaddr)
        self.assert_in(ack.yiaddr, HOMES)
        self.assertEqual(ack.address(dhcp.MASK), "255.255.255.0")
        self.assertEqual(ack.addresses(dhcp.ROUTER), ["10.81.0.1"])
        self.assertEqual(ack.addresses(dhcp.DNS), ["10.81.0.2", "10.81.0.3"])
        self.assertEqual(ack.number(dhcp.LEASE), 3600)
        self.assertEqual((ack.number(dhcp.T1), ack.number(dhcp.T2)), (1800, 3150))
        self.assertEqual(ack.address(dhcp.SERVER), SERVER)
        self.assertEqual(ack.giaddr, STREET)
        self.assertEqual(ack.options[dhcp.RELAY_INFO], client.port)
        self.assertEqual(ack.order[-1], dhcp.RELAY_INFO)
        self.assertGreaterEqual(ack.size, 300)
        bound = self.binding(ack.yiaddr, state="bound", account_id=account)
        self.assertEqual(bound["mac"], mac)

    def test_further_options_come_when_they_are_asked_for(self):
        account, mac = self.known()
        self.daemon.post("/api/v1/subscriber-options", {"account_id": account, "options": "dns=10.81.0.77"})
        client = self.relay().client(mac)
        client.options[dhcp.WANTED] = bytes([dhcp.DNS, 42, 43, dhcp.ROUTER])
        wait_until(lambda: client.get().addresses(dhcp.DNS) == ["10.81.0.77"], why="his own name server is not told")
        self.assertEqual(client.lease.addresses(42), ["10.81.0.4"])
        self.assertEqual(client.lease.options[43].hex(), "0104c0a80001")
        asked = [code for code in client.lease.order if code in (dhcp.DNS, 42, 43, dhcp.ROUTER)]
        self.assertEqual(asked, [dhcp.DNS, 42, 43, dhcp.ROUTER])

    def test_inform_is_answered_without_an_address(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as device:
            device.bind(("127.1.0.77", 68))
            device.settimeout(3)
            client = self.relay().client(self.next_mac())
            device.sendto(client.packet(dhcp.INFORM, relayed=False, ciaddr="127.1.0.77").octets(), (SERVER, 67))
            reply = dhcp.read(device.recv(4096))
        self.assertEqual((reply.kind, reply.yiaddr), (dhcp.ACK, "0.0.0.0"))
        self.assertEqual(reply.address(dhcp.MASK), "255.255.255.0")
        self.assertNotIn(dhcp.LEASE, reply.options)

    def test_the_client_identifier_comes_back(self):
        _, mac = self.known()
        client = self.relay().client(mac, client_id=b"\1" + dhcp.mac_octets(mac))
        self.assertEqual(client.get().options[dhcp.CLIENT_ID], client.options[dhcp.CLIENT_ID])

    # The same again.

    def test_an_address_stays_his(self):
        _, mac = self.known()
        client = self.relay().client(mac)
        address = client.get().yiaddr
        self.assertEqual(client.renew().kind, dhcp.ACK)
        self.assertEqual(client.renew().yiaddr, address)
        self.assertEqual(client.get().yiaddr, address)
        self.assertEqual(client.reboot(address).yiaddr, address)
        client.release()
        self.binding(address, state="held")
        self.assertEqual(client.get().yiaddr, address)

    def test_a_renewal_straight_to_the_server_is_known_by_its_lease(self):
        account = self.on_port(1)
        client = self.relay().client(self.next_mac(), port=port_of(SWITCH, 1))
        address = client.get().yiaddr
        self.binding(address, state="bound", account_id=account)
        # The reply goes to the leased address, which this host takes for its own here.
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as device:
            self.own_address(address)
            device.bind((address, 68))
            device.settimeout(3)
            device.sendto(client.packet(dhcp.REQUEST, relayed=False, ciaddr=address).octets(), (SERVER, 67))
            reply = dhcp.read(device.recv(4096))
        self.assertEqual((reply.kind, reply.yiaddr), (dhcp.ACK, address))
        # Somebody else's MAC with his address is not he.
        thief = self.relay("127.1.0.2").client(self.next_mac())
        answer = thief.renew(address, wait=0.5)
        self.assertIn(answer and answer.kind, (None, dhcp.NAK))

    def own_address(self, address):
        namespaces.ip("addr", "add", address + "/32", "dev", "lo")
        self.addCleanup(namespaces.ip, "addr", "del", address + "/32", "dev", "lo")

    # Ports.

    def test_the_port_decides_and_a_cloned_mac_on_another_port_steals_nothing(self):
        account = self.on_port(2)
        mac = self.next_mac()
        relay = self.relay()
        owner = relay.client(mac, port=port_of(SWITCH, 2))
        address = owner.get().yiaddr
        self.assert_in(address, HOMES)
        thief = relay.client(mac, port=port_of(SWITCH, 3))
        stolen = thief.get()
        self.assertNotEqual(stolen and stolen.yiaddr, address)
        self.assert_in(stolen.yiaddr, GUESTS)
        self.assertEqual(owner.renew().yiaddr, address)
        self.binding(address, state="bound", account_id=account)

    def test_two_devices_behind_one_port(self):
        self.on_port(4, session_limit=2)
        relay = self.relay()
        one, two, three = (relay.client(self.next_mac(), port=port_of(SWITCH, 4)) for _ in range(3))
        addresses = {one.get().yiaddr, two.get().yiaddr}
        self.assertEqual(len(addresses), 2)
        self.assertIsNone(three.discover(wait=0.5))
        one.release()
        self.binding(one.lease.yiaddr, state="held")
        self.assertEqual(three.get().kind, dhcp.ACK)

    def test_a_client_that_moves_to_another_port_keeps_its_address(self):
        account, mac = self.known()
        relay = self.relay()
        here, there = (relay.client(mac, port=port_of(SWITCH, n)) for n in (5, 6))
        address = here.get().yiaddr
        self.assertEqual(there.get().yiaddr, address)
        self.binding(address, state="bound", account_id=account, port_id=self.ports[6])

    def test_a_new_router_takes_the_address_of_its_port_over_when_policy_says_so(self):
        relays = self.daemon.get("/api/v1/networks?name=street%20relays")["items"][0]["id"]
        self.daemon.api("PATCH", f"/api/v1/networks/{relays}", {"one_lease_per_port": True})
        self.addCleanup(self.daemon.api, "PATCH", f"/api/v1/networks/{relays}", {"one_lease_per_port": False})
        self.on_port(7)
        relay = self.relay()
        old, new = (relay.client(self.next_mac(), port=port_of(SWITCH, 7)) for _ in range(2))
        address = old.get().yiaddr
        wait_until(lambda: (new.get() or old.lease) is new.lease, why="the new router gets nothing")
        self.assertEqual(new.lease.yiaddr, address)
        self.assertEqual(old.renew().kind, dhcp.NAK)
        self.assertEqual(new.renew().kind, dhcp.ACK)

    # Guests.

    def test_a_stranger_is_a_guest_with_the_same_address_each_time(self):
        client = self.relay().client(self.next_mac())
        ack = client.get()
        self.assert_in(ack.yiaddr, GUESTS)
        self.assertEqual(ack.number(dhcp.LEASE), 60)
        client.release()
        self.binding(ack.yiaddr, state="held")
        self.assertEqual(client.get().yiaddr, ack.yiaddr)

    def test_a_payment_shows_at_the_next_renewal_and_its_end_too(self):
        account, mac = self.known(service_id=None)
        client = self.relay().client(mac)
        guest = client.get().yiaddr
        self.assert_in(guest, GUESTS)
        self.daemon.api("PUT", f"/api/v1/accounts/{account}/subscription", {"service_id": 1})
        self.assertEqual(client.renew(guest).kind, dhcp.NAK)
        home = client.get().yiaddr
        self.assert_in(home, HOMES)
        self.daemon.api("DELETE", f"/api/v1/accounts/{account}/subscription")
        self.assertEqual(client.renew(home).kind, dhcp.NAK)
        self.assert_in(client.get().yiaddr, GUESTS)

    def test_the_disabled_are_guests(self):
        account, mac = self.known()
        client = self.relay().client(mac)
        home = client.get().yiaddr
        self.daemon.api("PATCH", f"/api/v1/accounts/{account}", {"status": "disabled"})
        self.assertEqual(client.renew(home).kind, dhcp.NAK)
        self.assert_in(client.get().yiaddr, GUESTS)

    # Other wires, other servers.

    def test_an_address_of_another_wire_is_refused(self):
        _, mac = self.known()
        client = self.relay().client(mac)
        home = client.get().yiaddr
        moved = self.relay(YARD).client(mac)
        self.assertEqual(moved.reboot(home).kind, dhcp.NAK)
        self.assert_in(moved.get().yiaddr, YARD_HOMES)

    def test_link_selection_chooses_the_wire(self):
        _, mac = self.known()
        client = self.relay().client(mac, port=relay_info(b"x", b"y", link="10.83.0.1"))
        self.assert_in(client.get().yiaddr, YARD_HOMES)

    def test_a_relay_nobody_knows_and_offers_of_other_servers_meet_silence(self):
        self.assertIsNone(self.relay(FOREIGN).client(self.next_mac()).discover(wait=0.5))
        _, mac = self.known()
        client = self.relay().client(mac)
        client.discover()
        taken = client.ask(dhcp.REQUEST, {dhcp.REQUESTED: dhcp.octets_of("10.81.0.33"),
                                          dhcp.SERVER: dhcp.octets_of("10.250.0.1")}, wait=0.5)
        self.assertIsNone(taken)

    def test_a_stranger_who_remembers_an_address_is_told_no_only_where_we_have_the_say(self):
        self.assertIsNone(self.relay(STREET).client(self.next_mac()).reboot("10.82.0.55", wait=0.5))
        yard = self.daemon.get("/api/v1/networks?name=yard%20relays")["items"][0]["id"]
        self.daemon.api("PATCH", f"/api/v1/networks/{yard}", {"authoritative": True})
        client = self.relay(YARD).client(self.next_mac())
        wait_until(lambda: (reply := client.reboot("10.83.0.120")) and reply.kind == dhcp.NAK, why="no refusal")

    # Trouble.

    def test_a_declined_address_goes_into_quarantine(self):
        _, mac = self.known()
        client = self.relay().client(mac)
        address = client.get().yiaddr
        client.decline(address)
        self.binding(address, state="quarantined")
        self.assertNotEqual(client.get().yiaddr, address)
        self.assertTrue(wait_until(lambda: self.alarms("address-declined"), why="no alarm"))

    def test_rubbish_is_counted_and_changes_nothing(self):
        relay = self.relay()
        good = relay.client(self.next_mac()).packet(dhcp.DISCOVER).octets()
        for n in range(0, len(good), 7):
            relay.socket.sendto(good[:n], relay.server)
        relay.socket.sendto(good[:236] + b"\0\0\0\0" + good[240:], relay.server)
        client = relay.client(self.next_mac())
        self.assertEqual(client.get().kind, dhcp.ACK)
        self.assertGreater(self.daemon.metric("uzel_dhcp_datagrams_total"), 30)

    # RADIUS.

    def test_radius_of_a_bras_and_our_own_dhcp_give_the_same_address(self):
        self.client("127.0.5.1", on_unknown="guest", on_unpaid="guest", on_disabled="guest")
        self.on_port(9)
        mac = self.next_mac()
        more = [("ADSL-Agent-Circuit-Id", "0x000400640009"), ("ADSL-Agent-Remote-Id", "0x0006" + SWITCH.replace(":", ""))]
        relay = self.relay()
        leased = relay.client(mac, port=port_of(SWITCH, 9)).get().yiaddr
        reply = self.login(mac, mac=mac, source="127.0.5.1", more=more)
        self.assertEqual(attribute_values(reply, "Framed-IP-Address"), [leased])
        other = self.next_mac()
        self.on_port(10)
        more[0] = ("ADSL-Agent-Circuit-Id", "0x00040064000a")
        first = attribute_values(self.login(other, mac=other, source="127.0.5.1", more=more), "Framed-IP-Address")
        self.assertEqual([relay.client(other, port=port_of(SWITCH, 10)).get().yiaddr], first)

    def test_explain_tells_the_lease(self):
        _, mac = self.known()
        self.relay().client(mac).get()
        self.assertIn("Leased", self.daemon.uzelctl("explain", mac).stdout)

    def test_the_address_history_has_the_lease(self):
        account, mac = self.known()
        client = self.relay().client(mac)
        address = client.get().yiaddr
        client.release()
        held = self.binding(address, state="held")
        history = self.daemon.get(f"/api/v1/address-history?address={address}&at_least={held['record']}")["items"]
        self.assertIn((account, mac), [(h["account_id"], h["mac"]) for h in history])


if __name__ == "__main__":
    unittest.main(verbosity=2)
