// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IVotingPower, VoteSource} from "../votes/IVotingPower.sol";
import {CouncilMath} from "./CouncilMath.sol";
import {Constituency, ICouncil, Seat} from "./ICouncil.sol";
import {IDeveloperRegistry} from "./IDeveloperRegistry.sol";

/// @title Council
/// @dev INVARIANTS
/// - INV-COU-1: nobody has two seats; a constituency has at most three members, the council nine.
/// - INV-COU-2: the votes that an account gives in an election, before decay, are at most its own units at the snapshot.
/// - INV-COU-3: nobody is seated for a third consecutive term.
/// - INV-COU-4: an election ends, and the next can begin, whoever is silent.
/// @dev TERMS
/// - A member that is seated again while it is a member, or in the first election of the same cohort after its term, serves its next consecutive
///   term. Who was away for one election begins anew.
/// @dev TRUST
/// - The DAO dismisses members and renews the powers. Nobody seats anybody but the elections.
/// @dev LIVENESS
/// - Beginning and installing are open to anyone. An election that nobody installs is replaced by the next one that is due.
contract Council is ICouncil, AccessManaged {
    /// @dev One election. Times follow from its begin.
    struct Election {
        uint40 beganAt;
        uint8 cohort;
        bool first;
        bool installed;
        uint256[3] totals;
    }

    /// @notice Seats of each constituency.
    uint256 public constant SEATS = 3;

    /// @notice Length of a term; a cohort is elected every term, the cohorts half a term apart.
    uint256 public constant TERM = 365 days;

    /// @notice Time to stand, to vote, and until the winners are seated.
    uint256 public constant CANDIDACY = 7 days;
    uint256 public constant VOTING = 14 days;
    uint256 public constant SETTLING = 3 days;

    /// @notice Candidates of one constituency.
    uint256 public constant MAX_CANDIDATES = 32;

    /// @notice Consecutive terms of one member.
    uint256 public constant MAX_TERMS = 2;

    /// @notice Time until the powers end, from the deployment or the last renewal.
    uint256 public constant MANDATE = 2 * 365 days;

    /// @notice Time for which contributions must have been there to count, once the council itself is that old.
    uint256 public constant SENIORITY = 365 days;

    IVotingPower private immutable _votes;
    IDeveloperRegistry private immutable _developers;
    uint256 private immutable _genesis;

    /// @inheritdoc ICouncil
    uint256 public sunset;

    /// @notice Elections begun so far.
    uint256 public electionCount;

    mapping(uint256 election => Election data) private _elections;
    mapping(uint256 election => mapping(Constituency constituency => address[] list)) private _candidates;
    mapping(uint256 election => mapping(address candidate => uint256 place)) private _placeOf;
    mapping(uint256 election => mapping(address candidate => uint256 votes)) private _received;
    mapping(uint256 election => mapping(Constituency constituency => mapping(address voter => uint256 weight)))
        private _given;

    mapping(Constituency constituency => Seat[SEATS] seats) private _seats;

    /// @dev Last consecutive term of an account and when it ends.
    mapping(address member => Seat last) private _last;

    constructor(
        address initialAuthority,
        IVotingPower votes,
        IDeveloperRegistry developers
    ) AccessManaged(initialAuthority) {
        _votes = votes;
        _developers = developers;
        _genesis = block.timestamp;
        sunset = block.timestamp + MANDATE;
    }

    /// @inheritdoc ICouncil
    function begin() external returns (uint256 election) {
        // Check: due.
        uint256 dueAt = nextElectionAt();
        require(block.timestamp >= dueAt, CouncilNotDue(dueAt, block.timestamp));

        // Effect: the first one is of all seats; then the cohorts take turns, beginning with the second. Cast is safe: seconds.
        election = ++electionCount;
        Election storage data = _elections[election];
        data.beganAt = uint40(block.timestamp);
        data.first = election == 1;
        data.cohort = uint8((election + 1) % 2);
        data.totals = [
            _votes.totalOf(VoteSource.Contribution),
            _votes.totalOf(VoteSource.Stake),
            _developers.pastCount(block.timestamp)
        ];

        emit ElectionBegan(election, data.cohort, block.timestamp - 1);
    }

    /// @inheritdoc ICouncil
    function stand(Constituency constituency) external {
        // Check: the time of candidacy, somebody of the constituency, not yet standing, not for a third term, and there is a place.
        uint256 election = electionCount;
        _requireTime(election, 0, CANDIDACY);
        uint256 weight = weightOf(election, constituency, msg.sender);
        require(weight != 0, CouncilCannotStand(msg.sender, constituency, weight, 1));
        require(_placeOf[election][msg.sender] == 0, CouncilCannotStand(msg.sender, constituency, weight, 0));
        require(_nextTerm(msg.sender) <= MAX_TERMS, CouncilTermLimit(msg.sender));
        _requireNotSeated(election);
        address[] storage list = _candidates[election][constituency];
        uint256 place = list.length;

        // Effect: on the list; on a full one in the place of the one with the least own weight, if it has more.
        if (place < MAX_CANDIDATES) list.push(msg.sender);
        else place = _replaceLeast(election, constituency, weight);
        _placeOf[election][msg.sender] = place + 1;

        emit CandidateStood(election, constituency, msg.sender);
    }

    /// @inheritdoc ICouncil
    function vote(Constituency constituency, address candidate, uint256 weight) external {
        // Check: the time of votes, a candidate of the constituency, and units that were not used.
        uint256 election = electionCount;
        _requireTime(election, CANDIDACY, VOTING);
        uint256 place = _placeOf[election][candidate];
        address[] storage list = _candidates[election][constituency];
        bool known = place != 0 && place <= list.length && list[place - 1] == candidate;
        require(known, CouncilUnknownCandidate(election, constituency, candidate));
        uint256 own = weightOf(election, constituency, msg.sender);
        uint256 used = _given[election][constituency][msg.sender];
        require(weight != 0 && weight <= own - used, CouncilNoVotes(msg.sender, constituency, own, used));

        // Effect: used, and received as far as it is early.
        _given[election][constituency][msg.sender] = used + weight;
        uint256 elapsed = block.timestamp - _elections[election].beganAt - CANDIDACY;
        uint256 counted = CouncilMath.decayedDown(weight, elapsed, VOTING);
        _received[election][candidate] += counted;

        emit CouncilVoteCast(election, msg.sender, candidate, counted);
    }

    /// @inheritdoc ICouncil
    function install() external {
        // Check: over, for a while, and once.
        uint256 election = electionCount;
        Election storage data = _elections[election];
        uint256 opensAt = data.beganAt + CANDIDACY + VOTING + SETTLING;
        bool due = election != 0 && !data.installed && block.timestamp >= opensAt;
        require(due, CouncilWrongTime(election, opensAt, type(uint256).max, block.timestamp));

        // Effect: the seats of the cohort, in each constituency.
        data.installed = true;
        for (uint256 i = 0; i < SEATS; ++i) _seat(election, data, Constituency(i));
    }

    /// @inheritdoc ICouncil
    function resign() external {
        (bool member, Constituency constituency, uint256 seat) = _find(msg.sender);
        require(member, CouncilNotMember(msg.sender));
        _vacate(constituency, seat);
    }

    /// @inheritdoc ICouncil
    function dismiss(Constituency constituency, uint256 seat) external restricted {
        require(_isFilled(_seats[constituency][seat]), CouncilNotMember(_seats[constituency][seat].member));
        _vacate(constituency, seat);
    }

    /// @inheritdoc ICouncil
    function renew() external restricted {
        sunset = block.timestamp + MANDATE;

        emit CouncilRenewed(sunset);
    }

    /// @inheritdoc ICouncil
    function isMember(address account) external view returns (bool member) {
        (member, , ) = _find(account);
    }

    /// @inheritdoc ICouncil
    function constituencyOf(address account) external view returns (bool member, Constituency constituency) {
        (member, constituency, ) = _find(account);
    }

    /// @inheritdoc ICouncil
    function seatOf(Constituency constituency, uint256 seat) external view returns (Seat memory) {
        return _seats[constituency][seat];
    }

    /// @inheritdoc ICouncil
    function filled() external view returns (uint256[3] memory seats) {
        for (uint256 i = 0; i < SEATS; ++i) {
            for (uint256 seat = 0; seat < SEATS; ++seat) {
                if (_isFilled(_seats[Constituency(i)][seat])) ++seats[i];
            }
        }
    }

    /// @notice Candidates of an election, with the votes they received.
    function candidatesOf(
        uint256 election,
        Constituency constituency
    ) external view returns (address[] memory candidates, uint256[] memory votes) {
        candidates = _candidates[election][constituency];
        votes = _votesOf(election, candidates);
    }

    /// @notice Begin and cohort of an election, whether it is of all seats, and whether it was installed.
    function electionOf(
        uint256 election
    ) external view returns (uint256 beganAt, uint256 cohort, bool first, bool installed) {
        Election storage data = _elections[election];
        return (data.beganAt, data.cohort, data.first, data.installed);
    }

    /// @notice Second from which the next election can begin: half a term after the last, the first half a term after the deployment, when
    /// constituencies are more than the first few nodes.
    function nextElectionAt() public view returns (uint256 timestamp) {
        uint256 last = electionCount;
        return (last == 0 ? _genesis : _elections[last].beganAt) + TERM / 2;
    }

    /// @notice Votes that `account` has in a constituency for an election, in units or members.
    function weightOf(
        uint256 election,
        Constituency constituency,
        address account
    ) public view returns (uint256 weight) {
        uint256 beganAt = _elections[election].beganAt;
        if (beganAt == 0) return 0;
        uint256 snapshot = beganAt - 1;
        if (constituency == Constituency.Developers) return _developers.wasMember(account, snapshot) ? 1 : 0;
        if (constituency == Constituency.Stakers) return _votes.getPastUnits(account, VoteSource.Stake, snapshot);
        // Contributions count as far as they were there a year before; in the first year of the council, whenever they came.
        weight = _votes.getPastUnits(account, VoteSource.Contribution, snapshot);
        if (snapshot < _genesis + SENIORITY) return weight;
        return Math.min(weight, _votes.getPastUnits(account, VoteSource.Contribution, snapshot - SENIORITY));
    }

    /// @dev Seats the winners of one constituency; seats of the cohort without one become vacant.
    function _seat(uint256 election, Election storage data, Constituency constituency) private {
        address[] memory list = _candidates[election][constituency];
        uint256 needed = CouncilMath.backingUp(data.totals[uint256(constituency)]);
        (uint256 from, uint256 to) = _seatsOf(data);
        uint256[] memory places = CouncilMath.winners(_votesOf(election, list), to - from, needed);
        for (uint256 seat = from; seat < to; ++seat) {
            if (_isFilled(_seats[constituency][seat])) _vacate(constituency, seat);
        }
        uint256 next = from;
        for (uint256 i = 0; i < places.length; ++i) {
            address winner = list[places[i]];
            (bool member, , ) = _find(winner);
            if (member) continue;
            _take(constituency, next, winner, data.first && next == SEATS - 1 ? TERM / 2 : TERM);
            ++next;
        }
    }

    /// @dev Reverts when the caller has a seat beyond those of the election: its votes would be lost.
    function _requireNotSeated(uint256 election) private view {
        (bool member, Constituency constituency, uint256 seat) = _find(msg.sender);
        (uint256 from, uint256 to) = _seatsOf(_elections[election]);
        bool stays = member && (seat < from || seat >= to);
        require(!stays, CouncilSeated(msg.sender, constituency, seat));
    }

    /// @dev Seats 0 and 1 are cohort 0, seat 2 is cohort 1; the first election is of all.
    function _seatsOf(Election storage data) private view returns (uint256 from, uint256 to) {
        if (data.first) return (0, SEATS);
        return data.cohort == 0 ? (0, SEATS - 1) : (SEATS - 1, SEATS);
    }

    function _take(Constituency constituency, uint256 seat, address winner, uint256 term) private {
        // A term lasts until its cohort's next election can be installed at the latest. Casts are safe: seconds; at most 2.
        Seat memory taken = Seat({
            member: winner,
            until: uint40(block.timestamp + term + CANDIDACY + VOTING + SETTLING),
            term: uint8(_nextTerm(winner))
        });
        _seats[constituency][seat] = taken;
        _last[winner] = taken;

        emit SeatTaken(constituency, seat, winner, taken.until);
    }

    function _vacate(Constituency constituency, uint256 seat) private {
        address member = _seats[constituency][seat].member;
        delete _seats[constituency][seat];

        emit SeatVacated(constituency, seat, member);
    }

    /// @dev Puts the caller in the place of the candidate with the least own weight, if the caller has more.
    function _replaceLeast(
        uint256 election,
        Constituency constituency,
        uint256 weight
    ) private returns (uint256 place) {
        address[] storage list = _candidates[election][constituency];
        uint256 least = type(uint256).max;
        for (uint256 i = 0; i < MAX_CANDIDATES; ++i) {
            uint256 other = weightOf(election, constituency, list[i]);
            if (other < least) (least, place) = (other, i);
        }
        require(weight > least, CouncilFull(constituency, MAX_CANDIDATES));
        delete _placeOf[election][list[place]];
        list[place] = msg.sender;
    }

    /// @dev The term that a seat taken now would be: one more than the last if there was no election between.
    function _nextTerm(address account) private view returns (uint256) {
        Seat storage last = _last[account];
        return last.term != 0 && block.timestamp <= last.until + TERM / 2 ? last.term + 1 : 1;
    }

    function _find(address account) private view returns (bool member, Constituency constituency, uint256 seat) {
        for (uint256 i = 0; i < SEATS; ++i) {
            for (seat = 0; seat < SEATS; ++seat) {
                Seat storage data = _seats[Constituency(i)][seat];
                if (data.member == account && _isFilled(data)) return (true, Constituency(i), seat);
            }
        }
        return (false, Constituency.Compute, 0);
    }

    function _isFilled(Seat storage seat) private view returns (bool) {
        return seat.member != address(0) && block.timestamp <= seat.until;
    }

    function _votesOf(uint256 election, address[] memory list) private view returns (uint256[] memory votes) {
        votes = new uint256[](list.length);
        for (uint256 i = 0; i < list.length; ++i) votes[i] = _received[election][list[i]];
    }

    /// @dev Reverts outside [begin + from, begin + from + length) of an election that exists.
    function _requireTime(uint256 election, uint256 from, uint256 length) private view {
        uint256 opensAt = _elections[election].beganAt + from;
        uint256 closesAt = opensAt + length;
        bool open = election != 0 && block.timestamp >= opensAt && block.timestamp < closesAt;
        require(open, CouncilWrongTime(election, opensAt, closesAt, block.timestamp));
    }
}
