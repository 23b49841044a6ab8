import { lookup as resolve, type LookupAddress, type LookupOptions } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { FlowError } from '@heddle/schemas';
import ipaddr from 'ipaddr.js';

/**
 * True for an address of the public internet. Private, loopback, link-local (cloud metadata), carrier and documentation ranges are not,
 * nor is an IPv6 address that carries such an IPv4 address inside (mapped, 6to4, Teredo, NAT64).
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed instanceof ipaddr.IPv6 && parsed.isIPv4MappedAddress())
    return parsed.toIPv4Address().range() === 'unicast';
  // 'unicast' is what is left when every special range of the IANA registries is taken away.
  return parsed.range() === 'unicast';
}

/**
 * Checks what can be seen without resolving: protocol, user name, and a host that is an address.
 *
 * @throws FlowError `HTTP_TARGET_FORBIDDEN`.
 */
export function parsePublicUrl(text: string): URL {
  if (!URL.canParse(text)) throw new FlowError('HTTP_TARGET_FORBIDDEN', `"${text.slice(0, 200)}" is no web address.`);
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw new FlowError('HTTP_TARGET_FORBIDDEN', `Only http and https can be called, not ${url.protocol}`);
  if (url.username !== '' || url.password !== '')
    throw new FlowError('HTTP_TARGET_FORBIDDEN', 'An address with a user name in it cannot be called; use a header.');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (ipaddr.isValid(host) && !isPublicAddress(host)) throw forbidden(host);
  return url;
}

/**
 * Resolves a name for one connection and refuses it when any of its addresses is not public. The connection goes to the very addresses
 * that were checked, so a name that changes between check and call gains nothing.
 */
export const lookupPublic: LookupFunction = (hostname, options, callback) => {
  const all: LookupOptions & { all: true } = { ...(typeof options === 'object' ? options : {}), all: true };
  resolve(hostname, all, (error, addresses: LookupAddress[]) => {
    if (error !== null) return callback(error, '', 0);
    const inside = addresses.find(({ address }) => !isPublicAddress(address));
    const [first] = addresses;
    if (inside !== undefined || first === undefined) return callback(forbidden(hostname), '', 0);
    if (typeof options === 'object' && options.all) callback(null, addresses);
    else callback(null, first.address, first.family);
  });
};

function forbidden(host: string): FlowError {
  return new FlowError('HTTP_TARGET_FORBIDDEN', `"${host}" is an internal address.`);
}
