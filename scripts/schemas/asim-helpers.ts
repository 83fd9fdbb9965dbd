/**
 * Helper functions of ASIM (`ASIM/lib/functions/` of Azure/Azure-Sentinel, and built in with an underscore in front), written anew
 * after what their pages and texts say that they do. Codes and their names are those of the IANA registries.
 */
interface Helper {
  readonly parameters: string
  /** KQL, to run; undefined where only the name is known here. */
  readonly body?: string
}

const TABLE = 'T:(*), field:string'

const PROTOCOLS =
  'HOPOPT,ICMP,IGMP,GGP,IPv4,ST,TCP,CBT,EGP,IGP,BBN-RCC-MON,NVP-II,PUP,ARGUS (deprecated),EMCON,XNET,CHAOS,UDP,MUX,DCN-MEAS,' +
  'HMP,PRM,XNS-IDP,TRUNK-1,TRUNK-2,LEAF-1,LEAF-2,RDP,IRTP,ISO-TP4,NETBLT,MFE-NSP,MERIT-INP,DCCP,3PC,IDPR,XTP,DDP,IDPR-CMTP,' +
  'TP++,IL,IPv6,SDRP,IPv6-Route,IPv6-Frag,IDRP,RSVP,GRE,DSR,BNA,ESP,AH,I-NLSP,SWIPE (deprecated),NARP,MOBILE,TLSP,SKIP,' +
  'IPv6-ICMP,IPv6-NoNxt,IPv6-Opts,,CFTP,,SAT-EXPAK,KRYPTOLAN,RVD,IPPC,,SAT-MON,VISA,IPCV,CPNX,CPHB,WSN,PVP,BR-SAT-MON,' +
  'SUN-ND,WB-MON,WB-EXPAK,ISO-IP,VMTP,SECURE-VMTP,VINES,TTP,NSFNET-IGP,DGP,TCF,EIGRP,OSPFIGP,Sprite-RPC,LARP,MTP,AX.25,IPIP,' +
  'MICP (deprecated),SCC-SP,ETHERIP,ENCAP,,GMTP,IFMP,PNNI,PIM,ARIS,SCPS,QNX,A/N,IPComp,SNP,Compaq-Peer,IPX-in-IP,VRRP,PGM,,' +
  'L2TP,DDX,IATP,STP,SRP,UTI,SMP,SM (deprecated),PTP,ISIS over IPv4,FIRE,CRTP,CRUDP,SSCOPMCE,IPLT,SPS,PIPE,SCTP,FC,' +
  'RSVP-E2E-IGNORE,Mobility Header,UDPLite,MPLS-in-IP,manet,HIP,Shim6,WESP,ROHC,Ethernet'

const RESPONSES =
  'NOERROR,FORMERR,SERVFAIL,NXDOMAIN,NOTIMP,REFUSED,YXDOMAIN,YXRRSET,NXRRSET,NOTAUTH,NOTZONE,DSOTYPENI,,,,,BADVERS,BADKEY,' +
  'BADTIME,BADMODE,BADNAME,BADALG,BADTRUNC,BADCOOKIE'

const QUERY_TYPES =
  'Reserved,A,NS,MD,MF,CNAME,SOA,MB,MG,MR,NULL,WKS,PTR,HINFO,MINFO,MX,TXT,RP,AFSDB,X25,ISDN,RT,NSAP,NSAP-PTR,SIG,KEY,PX,GPOS,' +
  'AAAA,LOC,NXT,EID,NIMLOC,SRV,ATMA,NAPTR,KX,CERT,A6,DNAME,SINK,OPT,APL,DS,SSHFP,IPSECKEY,RRSIG,NSEC,DNSKEY,DHCID,NSEC3,' +
  'NSEC3PARAM,TLSA,SMIMEA,,HIP,NINFO,RKEY,TALINK,CDS,CDNSKEY,OPENPGPKEY,CSYNC'

const LATER_QUERY_TYPES =
  '{"99":"SPF","100":"UINFO","101":"UID","102":"GID","103":"UNSPEC","104":"NID","105":"L32","106":"L64","107":"LP",' +
  '"108":"EUI48","109":"EUI64","249":"TKEY","250":"TSIG","251":"IXFR","252":"AXFR","253":"MAILB","254":"MAILA","255":"All",' +
  '"256":"URI","257":"CAA","258":"AVC","259":"DOA","32768":"TA","32769":"DLV","65535":"Reserved"}'

const ICMP_TYPES =
  'Echo Reply,,,Destination Unreachable,Source Quench (Deprecated),Redirect,Alternate Host Address (Deprecated),,Echo,' +
  'Router Advertisement,Router Solicitation,Time Exceeded,Parameter Problem,Timestamp,Timestamp Reply,' +
  'Information Request (Deprecated),Information Reply (Deprecated),Address Mask Request (Deprecated),' +
  'Address Mask Reply (Deprecated)'

const LATER_ICMP_TYPES =
  '{"19":"Reserved (for Security)","30":"Traceroute (Deprecated)","31":"Datagram Conversion Error (Deprecated)",' +
  '"32":"Mobile Host Redirect (Deprecated)","33":"IPv6 Where-Are-You (Deprecated)","34":"IPv6 I-Am-Here (Deprecated)",' +
  '"35":"Mobile Registration Request (Deprecated)","36":"Mobile Registration Reply (Deprecated)",' +
  '"37":"Domain Name Request (Deprecated)","38":"Domain Name Reply (Deprecated)","39":"SKIP (Deprecated)","40":"Photuris",' +
  '"42":"Extended Echo Request","43":"Extended Echo Reply","253":"RFC3692-style Experiment 1",' +
  '"254":"RFC3692-style Experiment 2","255":"Reserved"}'

/** The name at the place of a code in a list, or else beside the code in a bag. */
function named(code: string, list: string, bag = '{}', ...cases: readonly string[]): string {
  const last = list.split(',').length - 1
  return (
    `let names = split('${list}', ','); let more = dynamic(${bag}); ` +
    `let found = iff(${code} between (0 .. ${last}), tostring(names[${code}]), tostring(more[tostring(${code})])); ` +
    `case(isnotempty(found), found, ${[...cases, "'Unassigned'"].join(', ')})`
  )
}

const resolved = (number: string, name: string, lookup: string): Helper => ({
  parameters: TABLE,
  body:
    `T | extend ${number} = toint(column_ifexists(field, 0)) ` + `| extend ${name} = _ASIM_Lookup${lookup}(${number})`,
})

const host = (prefix: string): Helper => ({
  parameters: TABLE,
  body:
    `T | invoke _ASIM_ResolveFQDN(field) | project-rename ${prefix}Hostname = ExtractedHostname, ` +
    `${prefix}Domain = Domain, ${prefix}FQDN = FQDN, ${prefix}DomainType = DomainType`,
})

const watchlist = (parameter: string, condition: string): Helper => ({
  parameters: `${parameter}, keys:dynamic=dynamic([])`,
  body:
    `Watchlist | where _DTItemType == 'watchlist-item' and ${condition} ` +
    '| where array_length(keys) == 0 or SearchKey in (keys) ' +
    '| summarize arg_max(_DTTimestamp, _DTItemStatus, LastUpdatedTimeUTC, SearchKey, WatchlistItem) by _DTItemId ' +
    "| where _DTItemStatus != 'Delete' | project-away _DTTimestamp, _DTItemStatus",
})

const HELPERS: Readonly<Record<string, Helper>> = {
  FillNull: { parameters: 'T:(*), custom_value:string' },
  GetDisabledParsers: {
    parameters: 'CallerContext:string',
    body:
      "_ASIM_GetWatchlistRaw('ASimDisabledParsers', pack_array('Any', CallerContext)) " +
      '| extend SourceSpecificParser = tostring(WatchlistItem.SourceSpecificParser) ' +
      '| where isnotempty(SourceSpecificParser) | distinct SourceSpecificParser',
  },
  GetSourceBySourceType: {
    parameters: 'SourceType:string',
    body:
      "toscalar(_ASIM_GetWatchlistsRaw(dynamic(['ASimSourceType','Sources_by_SourceType']), pack_array(SourceType)) " +
      '| extend Source = tostring(WatchlistItem.Source) | where isnotempty(Source) | summarize make_set(Source))',
  },
  GetUsernameType: {
    parameters: 'username:string',
    body:
      "case(username contains '@', 'UPN', username contains '\\\\', 'Windows', " +
      "username has 'CN=' or username has 'OU=' or username has 'DC=', 'DN', 'Simple')",
  },
  GetWatchlistRaw: watchlist('watchlist:string', 'WatchlistAlias == watchlist'),
  GetWatchlistsRaw: watchlist('watchlists:dynamic', 'WatchlistAlias in (watchlists)'),
  GetWindowsUserType: {
    parameters: 'username:string, sid:string',
    body:
      "let isAccount = sid startswith 'S-1-5-21'; case(" +
      "sid startswith 'S-1-5-80' or sid in ('S-1-5-17', 'S-1-5-19', 'S-1-5-20'), 'Service', " +
      "isAccount and sid endswith '-500', 'Admin', isAccount and sid endswith '-501', 'Guest', " +
      "isAccount and sid endswith '-502', 'Service', isAccount and username contains 'admin', 'Admin', " +
      "username endswith '$', 'Machine', isAccount, 'Regular', sid == 'S-1-5-113', 'Other', " +
      "sid == 'S-1-5-7', 'Anonymous', sid == 'S-1-5-18', 'System', isempty(username), '', 'Other')",
  },
  LookupDnsQueryType: {
    parameters: 'QueryType:int',
    body: named(
      'QueryType',
      QUERY_TYPES,
      LATER_QUERY_TYPES,
      'QueryType between (65280 .. 65534)',
      "'Reserved for Private Use'",
    ),
  },
  LookupDnsResponseCode: {
    parameters: 'ResponseCode:int',
    body: named('ResponseCode', RESPONSES, '{}', 'ResponseCode between (3841 .. 4095)', "'Reserved for Private Use'"),
  },
  LookupICMPType: {
    parameters: 'NetworkIcmpCode:int',
    body: named(
      'NetworkIcmpCode',
      ICMP_TYPES,
      LATER_ICMP_TYPES,
      'NetworkIcmpCode between (20 .. 29)',
      "'Reserved (for Robustness Experiment)'",
    ),
  },
  LookupNetworkProtocol: {
    parameters: 'NetworkProtocol:int',
    body: named('NetworkProtocol', PROTOCOLS, '{"255":"Reserved"}'),
  },
  ResolveDnsQueryType: resolved('DnsQueryType', 'DnsQueryTypeName', 'DnsQueryType'),
  ResolveDnsResponseCode: resolved('DnsResponseCode', 'DnsResponseCodeName', 'DnsResponseCode'),
  ResolveDstFQDN: host('Dst'),
  ResolveDvcFQDN: host('Dvc'),
  ResolveFQDN: {
    parameters: TABLE,
    body:
      "T | extend ExtractedHostname = tostring(column_ifexists(field, '')) " +
      "| extend Domain = extract(@'\\.(.*)', 1, ExtractedHostname), " +
      "FQDN = iff(ExtractedHostname contains '.', ExtractedHostname, ''), " +
      "DomainType = iff(ExtractedHostname contains '.', 'FQDN', '') " +
      "| extend ExtractedHostname = extract('^[^.]*', 0, ExtractedHostname)",
  },
  ResolveICMPType: resolved('NetworkIcmpCode', 'NetworkIcmpType', 'ICMPType'),
  ResolveNetworkProtocol: resolved('NetworkProtocolNumber', 'NetworkProtocol', 'NetworkProtocol'),
  ResolveSrcFQDN: host('Src'),
}

/** Lines of `functions.tsv`, by name, in both spellings. */
export function helperFunctions(): ReadonlyMap<string, string> {
  const spelt = Object.entries(HELPERS).flatMap(([name, { parameters, body }]) =>
    [`ASIM_${name}`, `_ASIM_${name}`].map((spelling) => {
      const fields = [spelling, parameters, '?', ...(body === undefined ? [] : [body])]
      return [spelling, fields.join('\t')] as const
    }),
  )
  return new Map(spelt)
}
