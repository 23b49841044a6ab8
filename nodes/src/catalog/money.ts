/** ISO 4217 currencies whose smallest unit is not a hundredth; every other one has two decimals. */
const DECIMALS: Readonly<Record<string, number>> = {
  BIF: 0,
  CLP: 0,
  DJF: 0,
  GNF: 0,
  ISK: 0,
  JPY: 0,
  KMF: 0,
  KRW: 0,
  PYG: 0,
  RWF: 0,
  UGX: 0,
  UYI: 0,
  VND: 0,
  VUV: 0,
  XAF: 0,
  XOF: 0,
  XPF: 0,
  BHD: 3,
  IQD: 3,
  JOD: 3,
  KWD: 3,
  LYD: 3,
  OMR: 3,
  TND: 3,
};

/** Codes that captions of shops really carry; anything else of three capitals ("NEW 200") is a word and no currency. */
const CODES =
  'AED AFN ALL AMD AOA ARS AUD AZN BAM BBD BDT BGN BHD BIF BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD GBP GEL GHS GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KRW KWD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SLE SOS SRD SSP SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG';
const KNOWN: ReadonlySet<string> = new Set(CODES.split(' '));

/** True for an ISO 4217 code in use. */
export function isCurrency(code: string): boolean {
  return KNOWN.has(code);
}

/** Digits after the point that an amount in this currency has. */
export function decimalsOf(currency: string): number {
  return DECIMALS[currency] ?? 2;
}

/** An amount in whole units as minor units: 12.5 EUR are 1250, 45,000 UGX are 45000. */
export function toMinorUnits(amount: number, currency: string): number {
  return Math.round(amount * 10 ** decimalsOf(currency));
}

/** `KES 1,500` or `EUR 12.50`: without decimals when there are none to show. */
export function formatMoney(minor: number, currency: string): string {
  const decimals = decimalsOf(currency);
  const amount = minor / 10 ** decimals;
  const digits = Number.isInteger(amount) ? 0 : decimals;
  return `${currency} ${amount.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })}`;
}
