import { benchDecode } from './decode.ts';
import { printTable } from './table.ts';
printTable(benchDecode());
