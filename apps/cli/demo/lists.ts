import type { FileRow } from '../list-file.js';
import type { ListHeader } from '../list-import.js';

/** A list of the hub that comes with the demo: few, well known, from public sources. */
export interface DemoList {
  header: ListHeader;
  rows: FileRow[];
}

const retrievedAt = '2026-01-15T00:00:00Z';

export const demoLists: DemoList[] = [
  {
    header: {
      name: 'Demonstration: sanctioned addresses',
      kind: 'SANCTIONS',
      source:
        'U.S. Treasury, OFAC, Specially Designated Nationals List: https://sanctionslist.ofac.treas.gov',
      licence: 'Public domain (work of the U.S. federal government)',
      retrievedAt,
    },
    rows: [
      {
        value: '0x098B716B8Aaf21512996dC57EB0615e2383E2f96',
        chain: 'ethereum',
        label: 'Lazarus Group (designated 14 April 2022)',
        jurisdiction: 'KP',
      },
    ],
  },
  {
    header: {
      name: 'Demonstration: known services',
      kind: 'SERVICE',
      source: 'Public labels of block explorers and the press reports that the demonstration is made from',
      retrievedAt,
    },
    rows: [
      {
        value: 'NC3BI3DNMR2PGEOOMP2NKXQGSAKMS7GYRKVA5CSZ',
        chain: 'nem',
        label: 'Coincheck, the hot wallet of January 2018',
        service: 'exchange',
        jurisdiction: 'JP',
      },
      { value: 'yobit.net', label: 'YoBit', service: 'exchange' },
      {
        value: '0x3f5CE5FBFe3E9af3971dD833D26bA9b5C936f0bE',
        chain: 'ethereum',
        label: 'Binance, a hot wallet',
        service: 'exchange',
      },
      {
        value: '0x1A2a1c938CE3eC39b6D47113c7955bAa9DD454F2',
        chain: 'ethereum',
        label: 'Ronin bridge',
        service: 'bridge',
      },
      {
        value: '0x722122dF12D4e14e13Ac3b6895a86e84145b6967',
        chain: 'ethereum',
        label: 'Tornado Cash, its proxy',
        service: 'mixer',
      },
    ],
  },
];
