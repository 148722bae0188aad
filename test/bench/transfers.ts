import { agencyId } from './agencies.js';

/** In whose inbox the transfers are. */
export const ASKER = 0;
/** From each address so many go, to others at random: five hops are 3,905 transfers. */
export const FAN_OUT = 5;
const SEED = 'transfers';

/** Of an address by its number, as SQL: as many hex digits as an address of Ethereum has. */
const address = (number: string): string => `'wallet|ethereum|0x' || lpad(to_hex(${number}), 40, '0')`;

/** As the triggers would have left them: what one agency sees, spread over its inbox. The same in every run. */
export const transferRows = (count: number): string => `
  insert into seen_transfer (agency_id, finding_id, position, revision_id, transaction, sender, receiver, asset,
                             decimals, amount, happened_from, happened_until, until)
  select i.agency_id, i.finding_id, 1000 + n, i.revision_id, 'transaction|ethereum|0x' || md5('transaction ' || n),
         ${address(`n % ${count / FAN_OUT}`)},
         ${address(`(('x' || substr(md5('${SEED} ' || n), 1, 7))::bit(28)::int % ${count / FAN_OUT})`)},
         'ETH', 18, 1 + n % 1000, timestamptz '2018-01-01Z', timestamptz '2018-01-02Z', i.until
    from generate_series(0, ${count} - 1) as n
    join (select i.*, row_number() over (order by finding_id) - 1 as place, count(*) over () as all
            from inbox i where agency_id = '${agencyId(ASKER)}') i on i.place = n % i.all`;
